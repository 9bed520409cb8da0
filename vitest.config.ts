import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    watch: false,
    // Every file gets its own process, hence its own globals and module state: the order of the files cannot matter.
    pool: 'forks',
    isolate: true,
    // The suite is planned for two cores. More workers than that make the timing tests flaky and the rest no faster.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Files and tests run in the order in which they are written; the seed is for what a later option may shuffle.
    sequence: { shuffle: false, seed: 1, hooks: 'stack' },
    // A mock that outlives its test makes the next one depend on it.
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Frames are compared as text: no colours from the terminal that the tests happen to run in.
    env: { FORCE_COLOR: '0', TZ: 'UTC' },
    // A run of the tests never writes a snapshot of itself, not even a new one: ask for it with `-u`, and read the difference.
    update: 'none',
  },
});
