import { defineConfig } from 'vitest/config';

/** What `npm run test:mutation` runs on each change: the tests of the pure core with fixed examples. */
export default defineConfig({
  test: {
    include: ['test/shared/directory/*.test.ts'],
    exclude: ['**/*.properties.test.ts'],
  },
});
