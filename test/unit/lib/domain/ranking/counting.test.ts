import { describe, expect, it } from 'vitest';
import { countingSubmissions, type TeamSubmission } from '#lib/domain/ranking/counting.ts';
import type { RankedMetric } from '#lib/domain/ranking/table.ts';

const DICE: RankedMetric = { metric: 'dice', better: 'higher', weight: 1, worst: 0 };
const VOLUME: RankedMetric = { metric: 'volume_difference', better: 'lower', weight: 1, worst: 100 };

function submission(id: string, team: string, day: number, ...values: (number | 'failed')[]): TeamSubmission {
  return {
    id,
    team,
    submittedAt: new Date(Date.UTC(2026, 0, day)),
    cases: values.map((value) =>
      value === 'failed' ? value : { dice: value, volume_difference: value * 10 },
    ),
  };
}

function ids(submissions: { id: string }[]) {
  return submissions.map(({ id }) => id);
}

describe('the submission of a team that counts', () => {
  const red = [submission('r1', 'red', 1, 0.4, 0.6), submission('r3', 'red', 3, 0.3, 0.5)];
  const blue = [submission('b2', 'blue', 2, 0.1, 0.1), submission('b4', 'blue', 4, 0.9, 0.9)];

  it('LATEST: the last one submitted, whether better or not', () => {
    expect(ids(countingSubmissions([...red, ...blue], { counting: 'LATEST' }))).toEqual(['r3', 'b4']);
  });

  it('BEST: the best mean of the primary metric, in the metric’s direction', () => {
    expect(ids(countingSubmissions([...blue, ...red], { counting: 'BEST', primary: DICE }))).toEqual([
      'r1',
      'b4',
    ]);
    expect(ids(countingSubmissions([...blue, ...red], { counting: 'BEST', primary: VOLUME }))).toEqual([
      'b2',
      'r3',
    ]);
  });

  it('BEST: failed cases count with the worst value', () => {
    // early (0.9 + 0)/2 = 0.45, late 0.5
    const sent = [submission('early', 'red', 1, 0.9, 'failed'), submission('late', 'red', 2, 0.5, 0.5)];
    expect(ids(countingSubmissions(sent, { counting: 'BEST', primary: DICE }))).toEqual(['late']);
  });

  it('BEST: the earlier one among equals, in any input order', () => {
    // 0.1 + 0.2 differs from 0.3 + 0 only by floating-point rounding.
    const early = submission('early', 'red', 1, 0.3, 0);
    const late = submission('late', 'red', 2, 0.1, 0.2);
    for (const sent of [
      [early, late],
      [late, early],
    ]) {
      expect(ids(countingSubmissions(sent, { counting: 'BEST', primary: DICE }))).toEqual(['early']);
    }
  });

  it('does not depend on other teams', () => {
    const alone = countingSubmissions(red, { counting: 'BEST', primary: DICE });
    const among = countingSubmissions([...red, ...blue], { counting: 'BEST', primary: DICE });
    expect(ids(among.filter(({ team }) => team === 'red'))).toEqual(ids(alone));
  });
});
