import { expect, test } from 'vitest';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { SOUND, SPECIMENS } from '#test/fuzz/corpus.ts';
import { fuzzReaders } from '#test/fuzz/fuzz-readers.ts';

test('the files that mutants are made of are all read as the same mask', () => {
  for (const { name, plain, pack } of SPECIMENS) {
    const outcome = scoreCase({ truth: SOUND, prediction: pack(plain), connectivity: 6 });
    expect(outcome, name).toMatchObject({ status: 'scored', metrics: { dice: 1, hd: 0 } });
  }
});

test('damaged files are scored or refused with a code: no crash, no hang, little memory', async () => {
  const before = process.memoryUsage.rss();
  const report = await fuzzReaders({ seed: 20_261_123, mutants: 4000 });
  expect(report.slowestMs).toBeLessThan(2000);
  expect(report.peakRssBytes - before).toBeLessThan(256 * 1024 * 1024);
  // Damage reaches every stage: reading, the grid, the values, and some of it does no harm.
  for (const outcome of ['scored', 'UNREADABLE', 'SHAPE', 'AFFINE', 'NOT_BINARY', 'NOT_FINITE']) {
    expect(report.outcomes[outcome], outcome).toBeGreaterThan(0);
  }
});
