import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findShownStrata, MIN_STRATUM_CASES, type Stratum } from '#lib/domain/disclosure/strata.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
/** Strata of one division that follow one another, of these sizes. */
const division = (of: string, ...sizes: number[]): Stratum[] => {
  let start = 0;
  return sizes.map((size, index) => {
    start += size;
    return { of, name: `${of} ${index}`, cases: range(start - size, start) };
  });
};
const shown = (strata: Stratum[], caseCount: number) =>
  findShownStrata(strata, range(0, caseCount)).map(({ name }) => name);

describe('the strata that may be shown', () => {
  test('have at least 10 cases each', () => {
    expect(shown(division('v', 40, 30, 10), 80)).toEqual(['v 0', 'v 1', 'v 2']);
    expect(shown(division('v', 40, 30, 9, 11), 90)).toEqual(['v 0', 'v 1']);
  });

  test('leave no fewer than 10 cases together: the smallest shown one is hidden with a small one', () => {
    // 100 − 60 − 31 = 9 would follow.
    expect(shown(division('v', 60, 31, 9), 100)).toEqual(['v 0']);
    // Two small ones hide each other.
    expect(shown(division('v', 60, 30, 5, 5), 100)).toEqual(['v 0', 'v 1']);
  });

  test('count the cases that are in no stratum as hidden', () => {
    expect(shown(division('v', 60, 35), 100)).toEqual(['v 0']);
    expect(shown(division('v', 60, 30), 100)).toEqual(['v 0', 'v 1']);
  });

  test('of two divisions differ by no fewer than 10 cases', () => {
    const nearly = [...division('v', 50, 50), ...division('site', 55, 45)];
    expect(shown(nearly, 100)).toEqual(['v 0', 'v 1']);
    expect(shown([...division('v', 50, 50), ...division('site', 60, 40)], 100)).toHaveLength(4);
    // Two sites together are one volume but for five cases.
    expect(shown([...division('v', 50, 50), ...division('site', 20, 25, 55)], 100)).not.toContain('site 2');
    expect(shown([...division('v', 50, 50), ...division('site', 50, 50)], 100)).toHaveLength(4);
  });

  test('never give fewer than 10 cases as the difference of unions, for any divisions', () => {
    const label = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 12, maxLength: 70 }), (labels) => {
        const strata = ['a', 'b'].flatMap((of, place) =>
          [0, 1, 2, 3].map((value) => ({
            ...{ of, name: `${of}${value}` },
            cases: labels.flatMap((own, index) => (own[place] === value ? [index] : [])),
          })),
        );
        const all = labels.map((_, index) => index);
        const found = findShownStrata(strata, all);
        for (const { cases } of found) expect(cases.length).toBeGreaterThanOrEqual(MIN_STRATUM_CASES);
        const [left, right] = ['a', 'b'].map((of) =>
          unionsOf(
            found.filter((one) => one.of === of),
            all,
          ),
        );
        for (const one of left!) {
          for (const other of right!) {
            const [small, large] = one.size < other.size ? [one, other] : [other, one];
            if (![...small].every((index) => large.has(index))) continue;
            const difference = large.size - small.size;
            expect(difference === 0 || difference >= MIN_STRATUM_CASES).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** All sets of cases that follow from a division: unions of its strata, and of what is left. */
function unionsOf(strata: readonly Stratum[], all: readonly number[]): Set<number>[] {
  const used = new Set(strata.flatMap(({ cases }) => cases));
  const parts = [...strata.map(({ cases }) => cases), all.filter((index) => !used.has(index))];
  return range(0, 2 ** parts.length).map(
    (union) => new Set(parts.flatMap((cases, place) => ((union >> place) & 1 ? cases : []))),
  );
}
