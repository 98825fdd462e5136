import { defineConfig } from 'vitest/config';

// `fast` is what `npm run check` runs; `full` adds the suites that take many seconds (*.slow.test.ts).
const exclude = ['node_modules/**', 'dist/**'];
export default defineConfig({
  test: {
    testTimeout: 120_000,
    maxWorkers: '100%', // Vitest leaves a core to itself: of two, that is half
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: [...exclude, '**/*.slow.test.ts'] },
      },
      { extends: true, test: { name: 'slow', include: ['test/**/*.slow.test.ts'], exclude } },
    ],
  },
});
