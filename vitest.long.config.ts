import { defineConfig } from 'vitest/config';
import base, { longTests } from './vitest.config.ts';

/** `npm run test:long`: the tests that `npm test` leaves out because they take long. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: longTests, exclude: [] },
});
