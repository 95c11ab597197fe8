/** Fewer cases than this are never shown by themselves, nor as the difference of what is shown. */
export const MIN_STRATUM_CASES = 10;
/** Of two divisions that both have more strata than this, the later one shows only its largest ones. */
const MAX_COMPARED = 12;

export interface Stratum {
  /** The division that it belongs to, such as "lesion volume". */
  of: string;
  name: string;
  /** Indices in the test set, of cases that are on display. A case is in at most one stratum of a division. */
  cases: readonly number[];
}

/**
 * The strata that may be shown in public (scoring.md, "From cases to a score"): none with fewer than 10 cases, and no
 * difference of what is shown tells about fewer than 10. Within a division, what is hidden together therefore holds no
 * case or at least 10, because all cases minus the shown ones would give it. Between two divisions, no strata of one hold
 * strata of the other but for a few cases. One more stratum is hidden where needed, the smallest first; an organizer who
 * merges strata shows more. Divisions are added in their order, the most important first.
 *
 * @param displayed indices of all cases that are on display, those in no stratum included.
 */
export function findShownStrata<S extends Stratum>(strata: readonly S[], displayed: readonly number[]): S[] {
  const divisions: S[][] = [];
  for (const [, division] of Map.groupBy(strata, ({ of }) => of)) {
    let shown = shownOfDivision(division, displayed.length);
    while (shown.length > 0 && divisions.some((other) => tellFew(shown, other, displayed))) {
      shown = shownOfDivision(withoutSmallest(shown), displayed.length);
    }
    if (shown.length > 0) divisions.push(shown);
  }
  const found = new Set(divisions.flat());
  return strata.filter((stratum) => found.has(stratum));
}

function shownOfDivision<S extends Stratum>(strata: readonly S[], caseCount: number): S[] {
  let shown = strata.filter(({ cases }) => cases.length >= MIN_STRATUM_CASES);
  while (shown.length > 0) {
    const hidden = caseCount - shown.reduce((total, { cases }) => total + cases.length, 0);
    if (hidden === 0 || hidden >= MIN_STRATUM_CASES) break;
    shown = withoutSmallest(shown);
  }
  return shown;
}

function withoutSmallest<S extends Stratum>(strata: readonly S[]): S[] {
  const smallest = strata.reduce((least, one) => (one.cases.length < least.cases.length ? one : least));
  return strata.filter((one) => one !== smallest);
}

/**
 * Whether some strata of one division hold some strata of the other one but for fewer than 10 cases. The cases of a
 * division that are in no shown stratum are one more stratum, because all minus the shown ones gives them; so it is enough
 * to try the unions of the division with fewer strata.
 */
function tellFew(one: readonly Stratum[], other: readonly Stratum[], displayed: readonly number[]): boolean {
  const [small, large] = one.length < other.length ? [one, other] : [other, one];
  if (small.length > MAX_COMPARED) return true;
  const [ofSmall, ofLarge] = [membership(small, displayed), membership(large, displayed)];
  for (let union = 1; union < 2 ** (small.length + 1) - 1; union++) {
    const cover = new Set<number>();
    const isIn = ofSmall.map((stratum) => (union & (1 << stratum)) !== 0);
    ofLarge.forEach((stratum, index) => {
      if (isIn[index]) cover.add(stratum);
    });
    const difference = ofLarge.filter((stratum, index) => cover.has(stratum) && !isIn[index]).length;
    if (difference > 0 && difference < MIN_STRATUM_CASES) return true;
  }
  return false;
}

/** The stratum of each case on display; those that are in none share the last number. */
function membership(strata: readonly Stratum[], displayed: readonly number[]): number[] {
  const of = new Map(strata.flatMap(({ cases }, stratum) => cases.map((index) => [index, stratum] as const)));
  return displayed.map((index) => of.get(index) ?? strata.length);
}
