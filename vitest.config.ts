import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Four projects: `unit` needs nothing, `database` a real PostgreSQL, `integration` that and a Docker engine, `exploits`
// an engine and an otherwise quiet host. Each file of `database` has a database of its own, so they run beside the
// others; the engine is one, so its tests run one after the other.
// Commands keep keys in the folder for settings: not in that of the person who runs the tests.
process.env['XDG_CONFIG_HOME'] = join(import.meta.dirname, '.heldout', 'test', 'config');

const DATABASE_TESTS = ['test/integration/{evaluations,platform,site}/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // By default one core is left to other work; here is none.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'database',
          include: DATABASE_TESTS,
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: DATABASE_TESTS,
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'exploits',
          include: ['test/exploits/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
