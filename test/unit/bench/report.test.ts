import { describe, expect, it } from 'vitest';
import { describeLimit, judge } from '#test/bench/site/limits.ts';
import { type RowResult, report } from '#test/bench/site/report.ts';

const GOOD: RowResult = {
  name: 'home',
  p50Ms: 12.2,
  p95Ms: 400,
  spread: { p50Ms: 8.4, p95Ms: 20 },
  cpuMs: 1.26,
  memoryBytes: 400_000_000,
  perSecond: 412.9,
  htmlBytes: 48_100,
  failed: 0,
  failure: null,
};
const UNMEASURED = { memoryBytes: null, newScoreMs: null };

describe('judge', () => {
  it('keeps a limit that is just reached', () => {
    expect(judge('p50Ms', 150).missed).toBe(false);
    expect(judge('p50Ms', 150.1)).toEqual({ text: '151 ms', missed: true });
    expect(judge('htmlBytes', 300_001)).toEqual({ text: '301 kB', missed: true });
    expect(judge('memoryBytes', 512_000_001)).toEqual({ text: '513 MB', missed: true });
    expect(judge('newScoreMs', 2000.5)).toEqual({ text: '2001 ms', missed: true });
  });

  it('never rounds a missed limit to a kept one', () => {
    expect(judge('perSecond', 299.9)).toEqual({ text: '299/s', missed: true });
    expect(judge('perSecond', 300)).toEqual({ text: '300/s', missed: false });
  });

  it('misses a limit without any response, and none where nothing is measured', () => {
    expect(judge('p95Ms', Number.POSITIVE_INFINITY).missed).toBe(true);
    expect(judge('perSecond', null)).toEqual({ text: '–', missed: false });
  });

  it('describes both kinds of limits', () => {
    expect(describeLimit('p95Ms')).toBe('≤ 400 ms');
    expect(describeLimit('perSecond')).toBe('≥ 300/s');
  });
});

describe('report', () => {
  it('shows what was reached beside each limit', () => {
    const { text, missed } = report([GOOD], { memoryBytes: 401_000_000, newScoreMs: 810 });
    expect(missed).toEqual([]);
    expect(text.split('\n')).toEqual([
      '       p50 ≤ 150 ms   p95 ≤ 400 ms   saturated ≥ 300/s   HTML ≤ 300 kB   spread p50, p95      CPU   memory so far   failed',
      'home          13 ms         400 ms               412/s           49 kB          9, 20 ms   1.3 ms          400 MB        0',
      '',
      'memory of the site, at its peak    ≤ 512 MB   401 MB',
      'a new score on the leaderboard    ≤ 2000 ms   810 ms',
    ]);
  });

  it('marks and lists each missed limit', () => {
    const slow = { ...GOOD, name: 'leaderboard', p50Ms: 812, perSecond: 80, htmlBytes: 2_900_000 };
    const { text, missed } = report([GOOD, slow], { ...UNMEASURED, newScoreMs: 32_000 });
    expect(missed).toEqual([
      'leaderboard: p50 812 ms, limit ≤ 150 ms.',
      'leaderboard: saturated 80/s, limit ≥ 300/s.',
      'leaderboard: HTML 2900 kB, limit ≤ 300 kB.',
      'site: a new score on the leaderboard 32000 ms, limit ≤ 2000 ms.',
    ]);
    expect(text).toContain('✗ 812 ms');
    expect(text.split('\n')[1]).not.toContain('✗');
  });

  it('counts any failed request as missed, and says what the first one was', () => {
    const { text, missed } = report([{ ...GOOD, failed: 3, failure: 'status 500' }], UNMEASURED);
    expect(missed).toEqual(['home: 3 requests failed (status 500).']);
    expect(text).toContain('✗ 3');
  });

  it('shows no limit that does not apply', () => {
    const { text, missed } = report(
      [{ ...GOOD, spread: null, cpuMs: null, memoryBytes: null, perSecond: null, htmlBytes: null }],
      UNMEASURED,
    );
    expect(missed).toEqual([]);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toMatch(/400 ms +– +– +– +– +– +0$/);
  });
});
