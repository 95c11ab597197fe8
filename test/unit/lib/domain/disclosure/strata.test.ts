import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tellsFew } from '#lib/domain/disclosure/derivable.ts';
import {
  MIN_STRATUM_CASES,
  type ShownCaseSet,
  type Stratum,
  withholdStrata,
} from '#lib/domain/disclosure/strata.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
/** Strata of one division that follow one another, of these sizes. */
const division = (of: string, ...sizes: number[]): Stratum[] => {
  let start = 0;
  return sizes.map((size, index) => {
    start += size;
    return { of, name: `${of} ${index}`, cases: range(start - size, start) };
  });
};
const all = (caseCount: number): ShownCaseSet => ({ of: 'shown', cases: range(0, caseCount) });
const shown = (strata: Stratum[], caseCount: number, ...sets: ShownCaseSet[]) => {
  const withheld = withholdStrata(strata, [all(caseCount), ...sets]);
  return strata.filter((_, index) => withheld[index] === null).map(({ name }) => name);
};

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
    expect(withholdStrata(division('v', 60, 31, 9), [all(100)])).toEqual([
      null,
      { why: 'DIFFERENCE', of: 'shown' },
      { why: 'FEW' },
    ]);
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

  test('of three divisions tell nothing together that no two of them tell', () => {
    // Bits x, y and x ⊕ y, so that 2·[x ∧ y] = x + y − (x ⊕ y): four cells of 5 cases, of which none follows from two.
    const where = (holds: (x: number, y: number) => boolean) =>
      range(0, 20).filter((index) => holds(Math.floor(index / 10), Math.floor(index / 5) % 2));
    const halves = (of: string, holds: (x: number, y: number) => boolean) => [
      { of, name: `${of} 0`, cases: where((x, y) => !holds(x, y)) },
      { of, name: `${of} 1`, cases: where(holds) },
    ];
    const [x, y, xor] = [
      halves('x', (a) => a === 1),
      halves('y', (_, b) => b === 1),
      halves('xor', (a, b) => a !== b),
    ];
    for (const two of [
      [...x!, ...y!],
      [...x!, ...xor!],
      [...y!, ...xor!],
    ])
      expect(shown(two, 20)).toHaveLength(4);
    expect(shown([...x!, ...y!, ...xor!], 20)).toEqual(['x 0', 'x 1', 'y 0', 'y 1']);
  });

  test('are shown the same before and after held-back cases count, and tell nothing by the difference', () => {
    const strata = division('v', 60, 40);
    const heldBack = [...range(0, 15), ...range(60, 68)];
    const before = range(0, 100).filter((index) => !heldBack.includes(index));
    // The final ranking minus the one before would tell about the 8 cases that the second stratum adds.
    expect(
      withholdStrata(strata, [
        { of: 'shown', cases: before },
        { of: 'heldBack', cases: heldBack },
      ]),
    ).toEqual([
      { why: 'DIFFERENCE', of: 'heldBack' },
      { why: 'DIFFERENCE', of: 'heldBack' },
    ]);
  });

  test('have at least 10 cases that count for each metric', () => {
    const counting = range(0, 100).filter((index) => index < 58 || index >= 91);
    const set: ShownCaseSet = { of: { metric: 'sensitivity' }, cases: counting };
    // 9 of the last stratum's 42 cases count.
    expect(shown(division('v', 58, 42), 100, set)).toEqual([]);
    expect(shown(division('v', 50, 50), 100, set)).toEqual(['v 0', 'v 1']);
  });

  test('never tell the sum over fewer than 10 cases, as every combination tried by brute force shows', () => {
    const label = fc.integer({ min: 0, max: 2 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(label, label, label), { minLength: 12, maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        (labels, divisions) => {
          const strata = range(0, divisions).flatMap((place) =>
            [0, 1].map((value) => ({
              ...{ of: `d${place}`, name: `${value}` },
              cases: labels.flatMap((own, index) => (own[place] === value ? [index] : [])),
            })),
          );
          const withheld = withholdStrata(strata, [all(labels.length)]);
          const found = strata.filter((_, index) => withheld[index] === null);
          for (const { cases } of found) expect(cases.length).toBeGreaterThanOrEqual(MIN_STRATUM_CASES);
          expect(smallestDerivable(found, labels.length)).toBeGreaterThanOrEqual(
            Math.min(MIN_STRATUM_CASES, labels.length),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what sums over sets of cases tell', () => {
  test('is found exactly as by brute force', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 14 }),
        fc.array(fc.array(fc.nat(13), { maxLength: 10 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 6 }),
        (caseCount, sets, min) => {
          const given = sets.map((cases) => [...new Set(cases)].filter((index) => index < caseCount));
          const few = smallestDerivable(
            given.map((cases) => ({ of: '', name: '', cases })),
            caseCount,
          );
          expect(tellsFew(given, range(0, caseCount), min)).toBe(few < Math.min(min, caseCount));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is "perhaps" rather than a search without end', () => {
    const pairs = range(0, 60).map((index) => [index, (index + 1) % 60, (index * 7) % 60]);
    expect(tellsFew(pairs.slice(0, 20), range(0, 60), 10)).toBe(true);
  });
});

/**
 * The number of cases in the smallest set, other than the whole, whose indicator is a combination with small integers of
 * the sets and the whole: coefficients from −2 to 2, and halves of the result.
 */
function smallestDerivable(strata: readonly Stratum[], caseCount: number): number {
  const rows = [range(0, caseCount), ...strata.map(({ cases }) => cases)].map((cases) => {
    const row = new Int8Array(caseCount);
    for (const index of cases) row[index] = 1;
    return row;
  });
  let smallest = caseCount;
  const sum = new Int16Array(caseCount);
  const search = (at: number): void => {
    if (at === rows.length) {
      for (const unit of [1, 2]) {
        if (!sum.every((value) => value === 0 || value === unit)) continue;
        const size = sum.reduce((total, value) => total + value, 0) / unit;
        if (size > 0) smallest = Math.min(smallest, size);
      }
      return;
    }
    const row = rows[at]!;
    const add = (factor: number) => {
      for (const [index, value] of row.entries()) sum[index]! += factor * value;
    };
    add(-2);
    for (let factor = -2; factor <= 2; factor++) {
      search(at + 1);
      add(1);
    }
    add(-3);
  };
  search(0);
  return smallest;
}
