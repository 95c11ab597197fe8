import { z } from 'zod';

/** How the tests of a part went, from the JSON reports of Vitest and Playwright. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

export function vitestCounts(report: string): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = vitestReport.parse(
    JSON.parse(report),
  );
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

export function playwrightCounts(report: string): Counts {
  const { stats } = playwrightReport.parse(JSON.parse(report));
  // A test that passed at the second try has failed once: it counts as a failure until it is understood.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/** In CI a test that is skipped guards nothing, and nobody reads the message that says so. */
export function hasFailed({ failed, skipped }: Counts, ci: boolean): boolean {
  return failed > 0 || (ci && skipped > 0);
}
