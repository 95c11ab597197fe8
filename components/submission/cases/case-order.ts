import type { CaseScoreView, PublicEvaluationView } from '#lib/api/evaluations.ts';
import { PAGE_LIMITS } from '#lib/api/page-limits.ts';

/** What the table of cases is sorted by: the ID, a metric’s name, or `code`. */
export interface CaseOrder {
  key: string;
  descending: boolean;
}

/** The part of the table that is shown. */
export interface CasePage {
  order: CaseOrder;
  /** From 1. */
  page: number;
}

type Scored = Pick<PublicEvaluationView, 'scores' | 'caseScores'>;

/** The page that an address asks for; without a query, the worst cases of the primary metric. */
export function parseCasePage(
  { scores, caseScores }: Scored,
  { by, cases }: Partial<Record<'by' | 'cases', string | undefined>>,
): CasePage {
  const key = by?.replace(/^-/, '') ?? '';
  const isKnown = key === 'id' || key === 'code' || scores.some(({ metric }) => metric === key);
  const [primary] = scores;
  const worst = { key: primary?.metric ?? 'id', descending: primary?.better === 'lower' };
  const order = isKnown ? { key, descending: by!.startsWith('-') } : worst;
  return { order, page: Math.min(pageCount(caseScores), Math.max(1, Math.trunc(Number(cases)) || 1)) };
}

/** Address of a page of the table, relative to the submission’s. */
export function casePageAddress({ order: { key, descending }, page }: CasePage): string {
  const query = new URLSearchParams({ by: `${descending ? '-' : ''}${key}`, cases: String(page) });
  return `?${query}#cases`;
}

export function pageCount(cases: readonly CaseScoreView[]): number {
  return Math.max(1, Math.ceil(cases.length / PAGE_LIMITS.limit));
}

/** The cases of a page, and the place of the first one, from 1. */
export function casesOf(
  cases: readonly CaseScoreView[],
  { order, page }: CasePage,
): { shown: CaseScoreView[]; from: number } {
  const start = (Math.min(page, pageCount(cases)) - 1) * PAGE_LIMITS.limit;
  return { shown: sortCases(cases, order).slice(start, start + PAGE_LIMITS.limit), from: start + 1 };
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
