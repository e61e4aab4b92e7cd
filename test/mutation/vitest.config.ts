import { defineConfig } from 'vitest/config';

/** What `npm run test:mutation` runs on each change. */
export default defineConfig({
  test: {
    include: ['test/mutation/core.tests.ts'],
    // A test that only takes long on a busy machine must not pass for one that notices something.
    testTimeout: 60_000,
  },
});
