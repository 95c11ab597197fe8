import { expect, test } from 'vitest';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { SPECIMENS, VALID } from '#test/fuzz/corpus.ts';
import { fuzzReaders } from '#test/fuzz/fuzz-readers.ts';

test('all files of the fuzzing corpus are read as the same mask', () => {
  for (const { name, plain, pack } of SPECIMENS) {
    const outcome = scoreCase({ truth: VALID, prediction: pack(plain), connectivity: 6 });
    expect(outcome, name).toMatchObject({ status: 'scored', metrics: { dice: 1, hd: 0 } });
  }
});

test('damaged files are scored or rejected with a code, without crashes, hangs or high memory use', async () => {
  const before = process.memoryUsage.rss();
  const report = await fuzzReaders({ seed: 20_261_123, mutants: 4000 });
  expect(report.slowestMs).toBeLessThan(2000);
  expect(report.peakRssBytes - before).toBeLessThan(256 * 1024 * 1024);
  // The damage reaches every stage (reading, grid, values), and some of it is harmless.
  for (const outcome of ['scored', 'UNREADABLE', 'SHAPE', 'AFFINE', 'NOT_BINARY', 'NOT_FINITE']) {
    expect(report.outcomes[outcome], outcome).toBeGreaterThan(0);
  }
});
