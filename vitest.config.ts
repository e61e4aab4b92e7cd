import { defineConfig } from 'vitest/config';

/** Tests that run with `npm run test:long`: random histories, kills and attacks, and single files that take long. */
export const longTests = ['test/reliability/**/*.test.ts', 'test/**/*.long.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: longTests,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line.ts'],
    globalSetup: ['./test/support/azurite.ts'],
  },
});
