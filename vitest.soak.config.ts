import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:soak`: each random test for `SOAK_MINUTES`, one after the other, with one seed for all. */
const { SOAK_MINUTES = '10', SEED = String(Math.floor(Math.random() * 2 ** 31)) } = process.env;
process.stdout.write(`SOAK_MINUTES=${SOAK_MINUTES} SEED=${SEED} npm run test:soak\n`);

export default defineConfig({
  ...base,
  // Not merged with the rest: lists would be joined, and every test of the project would run.
  test: {
    ...base.test,
    include: ['test/reliability/**/*.test.ts'],
    exclude: [],
    env: { SOAK_MINUTES, SEED },
    maxWorkers: 1,
  },
});
