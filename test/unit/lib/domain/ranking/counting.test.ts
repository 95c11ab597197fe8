import { describe, expect, it } from 'vitest';
import { aggregateCases } from '#lib/domain/metrics/aggregate.ts';
import { countingSubmissions, type TeamSubmission } from '#lib/domain/ranking/counting.ts';

const DICE = { counting: 'BEST', better: 'higher' } as const;
const VOLUME = { counting: 'BEST', better: 'lower' } as const;
const LATEST = { counting: 'LATEST', better: 'higher' } as const;

/** With the mean of these values, 0 for a failed case, as it is stored. */
function submission(id: string, team: string, day: number, ...values: (number | 'failed')[]): TeamSubmission {
  return {
    id,
    team,
    submittedAt: new Date(Date.UTC(2026, 0, day)),
    primaryMean: aggregateCases(values, 0).mean,
  };
}

function ids(submissions: { id: string }[]) {
  return submissions.map(({ id }) => id);
}

describe('the submission of a team that counts', () => {
  const red = [submission('r1', 'red', 1, 0.4, 0.6), submission('r3', 'red', 3, 0.3, 0.5)];
  const blue = [submission('b2', 'blue', 2, 0.1, 0.1), submission('b4', 'blue', 4, 0.9, 0.9)];

  it('LATEST: the last one submitted, whether better or not', () => {
    expect(ids(countingSubmissions([...red, ...blue], LATEST))).toEqual(['r3', 'b4']);
  });

  it('BEST: the best mean of the primary metric, in the metric’s direction', () => {
    expect(ids(countingSubmissions([...blue, ...red], DICE))).toEqual(['r1', 'b4']);
    expect(ids(countingSubmissions([...blue, ...red], VOLUME))).toEqual(['b2', 'r3']);
  });

  it('SELECTED: the one that was selected last, and the best of a team that selected none', () => {
    const SELECTED = { counting: 'SELECTED', better: 'higher' } as const;
    const [first, second] = red.map((one, index) => ({ ...one, selectedAt: new Date(9 - index) }));
    expect(ids(countingSubmissions([...blue, red[0]!, second!], SELECTED))).toEqual(['r3', 'b4']);
    expect(ids(countingSubmissions([...blue, second!, first!], SELECTED))).toEqual(['r1', 'b4']);
    expect(ids(countingSubmissions([...blue, ...red], SELECTED))).toEqual(['r1', 'b4']);
  });

  it('BEST: failed cases count with the worst value', () => {
    // early (0.9 + 0)/2 = 0.45, late 0.5
    const sent = [submission('early', 'red', 1, 0.9, 'failed'), submission('late', 'red', 2, 0.5, 0.5)];
    expect(ids(countingSubmissions(sent, DICE))).toEqual(['late']);
  });

  it('BEST: the earlier one among equals, in any input order', () => {
    // 0.1 + 0.2 differs from 0.3 + 0 only by floating-point rounding.
    const early = submission('early', 'red', 1, 0.3, 0);
    const late = submission('late', 'red', 2, 0.1, 0.2);
    for (const sent of [
      [early, late],
      [late, early],
    ]) {
      expect(ids(countingSubmissions(sent, DICE))).toEqual(['early']);
    }
  });

  it('BEST: a submission without a mean gives way to one that has it', () => {
    const none = { ...submission('none', 'red', 1), primaryMean: null };
    const some = submission('some', 'red', 2, 0.1);
    expect(ids(countingSubmissions([none, some], DICE))).toEqual(['some']);
    expect(ids(countingSubmissions([{ ...some, submittedAt: new Date(0) }, none], DICE))).toEqual(['some']);
  });

  it('does not depend on other teams', () => {
    const alone = countingSubmissions(red, DICE);
    const among = countingSubmissions([...red, ...blue], DICE);
    expect(ids(among.filter(({ team }) => team === 'red'))).toEqual(ids(alone));
  });
});
