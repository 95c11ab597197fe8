import type { CaseScoreView } from '#lib/api/evaluations.ts';

/** What the table of scans is ordered by: the id, a metric's name, or `code`. */
export interface CaseOrder {
  key: string;
  descending: boolean;
}

/** The next order when a heading is chosen: a new column ascends, the same one turns round. */
export function nextOrder(order: CaseOrder, key: string): CaseOrder {
  return { key, descending: order.key === key ? !order.descending : false };
}

/** Ordered rows; the view's own order decides between equals, and scans without a value stand last. */
export function orderCases(cases: readonly CaseScoreView[], { key, descending }: CaseOrder): CaseScoreView[] {
  if (key === 'id') return descending ? cases.toReversed() : [...cases];
  const keyOf = (row: CaseScoreView) => (key === 'code' ? row.code : (row.metrics[key] ?? null));
  const sign = descending ? -1 : 1;
  return cases.toSorted((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return left < right ? -sign : left > right ? sign : 0;
  });
}
