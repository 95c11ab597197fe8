import { expect, test } from 'vitest';
import { hasFailed, playwrightCounts, vitestCounts } from '#scripts/test-counts.ts';

test('pending and todo tests in Vitest’s report count as skipped', () => {
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 3 };
  expect(vitestCounts(JSON.stringify(report))).toEqual({ passed: 5, failed: 1, skipped: 5 });
});

test('flaky tests in Playwright’s report count as failed', () => {
  const stats = { expected: 4, unexpected: 1, flaky: 2, skipped: 3 };
  expect(playwrightCounts(JSON.stringify({ stats }))).toEqual({ passed: 4, failed: 3, skipped: 3 });
});

test('a failed test always fails the run, a skipped one only in CI', () => {
  const passed = { passed: 9, failed: 0, skipped: 0 };
  expect([false, true].map((ci) => hasFailed(passed, ci))).toEqual([false, false]);
  expect([false, true].map((ci) => hasFailed({ ...passed, failed: 1 }, ci))).toEqual([true, true]);
  expect([false, true].map((ci) => hasFailed({ ...passed, skipped: 1 }, ci))).toEqual([false, true]);
});
