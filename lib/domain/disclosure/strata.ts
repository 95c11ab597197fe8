import { tellsFew } from './derivable.ts';

/** Fewer cases than this are never shown by themselves, nor as the difference of what is shown. */
export const MIN_STRATUM_CASES = 10;

export interface Stratum {
  /** The division that it belongs to, such as "lesion-volume". */
  of: string;
  name: string;
  /** Indices in the test set. A case is in at most one stratum of a division. */
  cases: readonly number[];
}

/** Cases that something shown is computed from. */
export interface ShownCaseSet {
  /** `shown`: all on display; `heldBack`: the others, which the final ranking adds; or a metric: those that count for it. */
  of: 'shown' | 'heldBack' | { metric: string };
  cases: readonly number[];
}

/**
 * Why a stratum isn't shown.
 * - `FEW`: fewer than 10 of its cases are on display.
 * - `DIFFERENCE`: with the others that are shown, it would tell about fewer than 10 cases.
 */
type WithheldStratum = { why: 'FEW' } | { why: 'DIFFERENCE'; of: ShownCaseSet['of'] };

/**
 * Which strata may be shown in public (scoring.md, "From cases to a score"): none with fewer than 10 cases, and none if
 * sums and differences of what is shown would tell about fewer than 10. This holds for the cases on display; for those that
 * are held back, because the final ranking minus the one before is theirs; and for the cases that count for a metric, where
 * not all do. Divisions are added in their order, the most important first. Where one can't be shown whole, one more
 * stratum is hidden, the smallest first; an organizer who merges strata shows more.
 *
 * Hiding a stratum never tells more: whatever follows from fewer sets follows from all of them.
 *
 * @param sets of cases; `shown` is one of them.
 * @returns for each stratum why it isn't shown; null if it is.
 */
export function withholdStrata(
  strata: readonly Stratum[],
  sets: readonly ShownCaseSet[],
): (WithheldStratum | null)[] {
  const withheld = new Map<Stratum, WithheldStratum>();
  const displayed = new Set(sets.find(({ of }) => of === 'shown')?.cases);
  const shown: Stratum[] = [];
  for (const [, division] of Map.groupBy(strata, ({ of }) => of)) {
    const isFew = ({ cases }: Stratum) =>
      cases.filter((index) => displayed.has(index)).length < MIN_STRATUM_CASES;
    for (const few of division.filter(isFew)) withheld.set(few, { why: 'FEW' });
    let added = division.filter((stratum) => !withheld.has(stratum));
    while (added.length > 0) {
      const telling = findTelling([...shown, ...added], sets);
      if (!telling) break;
      const smallest = added.reduce((least, one) => (one.cases.length < least.cases.length ? one : least));
      withheld.set(smallest, { why: 'DIFFERENCE', of: telling.of });
      added = added.filter((stratum) => stratum !== smallest);
    }
    shown.push(...added);
  }
  return strata.map((stratum) => withheld.get(stratum) ?? null);
}

/** The first of the sets of cases of which the strata would tell about few. */
function findTelling(strata: readonly Stratum[], sets: readonly ShownCaseSet[]): ShownCaseSet | undefined {
  const cases = strata.map((stratum) => stratum.cases);
  return sets.find((set) => tellsFew(cases, set.cases, MIN_STRATUM_CASES));
}
