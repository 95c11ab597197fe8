import type { CaseScoreView } from '#lib/api/evaluations.ts';

/** What the table of cases is sorted by: the ID, a metric’s name, or `code`. */
export interface CaseOrder {
  key: string;
  descending: boolean;
}

/** The order after a heading is selected: ascending for a new column, reversed for the same one. */
export function nextOrder(order: CaseOrder, key: string): CaseOrder {
  return { key, descending: order.key === key ? !order.descending : false };
}

/** Sorts the cases. Ties keep the view’s order, and cases without a value come last. */
export function sortCases(cases: readonly CaseScoreView[], { key, descending }: CaseOrder): CaseScoreView[] {
  if (key === 'id') return descending ? cases.toReversed() : [...cases];
  const keyOf = (entry: CaseScoreView) => (key === 'code' ? entry.code : (entry.metrics[key] ?? null));
  const sign = descending ? -1 : 1;
  return cases.toSorted((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return left < right ? -sign : left > right ? sign : 0;
  });
}
