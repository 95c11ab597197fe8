import { expect, test } from 'vitest';
import {
  casePageAddress,
  casesOf,
  nextOrder,
  parseCasePage,
  sortCases,
} from '#components/submission/cases/case-order.ts';
import { heightOf, nearestDot, panelsOf, worstFirst } from '#components/submission/cases/lanes.ts';
import type { CaseScoreView } from '#lib/api/evaluations.ts';
import { METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';

function metric(name: MetricName) {
  const { label, unit, better, version, decimals, range } = METRICS[name];
  const scores = { mean: null, median: null, failed: 0, n: 0 };
  return {
    ...{ metric: name, label, unit, better, version, connectivity: null, weight: 1, decimals, ...scores },
    range: [...range] as [number, number | null],
    over: 'case' as const,
  };
}

function scoredCase(caseId: string, metrics: Record<string, number | null>): CaseScoreView {
  return { caseId, status: 'SCORED', code: null, metrics };
}

const CASES = [
  scoredCase('a', { dice: 0.5, hd95: 12, lesion_f1: 1 }),
  scoredCase('b', { dice: 0, hd95: null, lesion_f1: 0 }),
  { ...scoredCase('c', {}), status: 'FAILED' as const, code: 'TIME_LIMIT' },
  scoredCase('d', { dice: 0.9, hd95: 3, lesion_f1: 1 }),
];

test('metrics with the same unit share a panel and its axis; a case without a value has no dot', () => {
  const panels = panelsOf([metric('dice'), metric('hd95'), metric('lesion_f1')], CASES);
  expect(panels.map(({ unit, lanes }) => [unit, lanes.map((lane) => lane.metric.metric)])).toEqual([
    ['1', ['dice', 'lesion_f1']],
    ['mm', ['hd95']],
  ]);
  expect(panels[0]!.axis).toMatchObject({ min: 0, max: 1 });
  // From 0, whatever the smallest value is, so that equal lengths mean equal distances.
  expect(panels[1]!.axis.min).toBe(0);
  expect(panels[0]!.lanes[0]!.dots.map(({ caseId }) => caseId)).toEqual(['a', 'b', 'd']);
  expect(panels[1]!.lanes[0]).toMatchObject({ box: { n: 2, median: 7.5 }, dots: [{ caseId: 'a' }, {}] });
});

test('a lane without values is empty', () => {
  const [panel] = panelsOf([metric('assd')], CASES);
  expect(panel!.lanes[0]).toMatchObject({ box: null, dots: [] });
  expect(panel!.axis.max).toBeGreaterThan(panel!.axis.min);
});

test('the nearest dot within reach is found by its distance in pixels', () => {
  const [panel] = panelsOf([metric('dice'), metric('lesion_f1')], CASES);
  const shape = { middle: 0.5, box: 0.3, spread: 0.2 };
  const scale = { axisPx: 500, lanePx: 60, reachPx: 20 };
  const dot = panel!.lanes[0]!.dots.find(({ caseId }) => caseId === 'd')!;
  const near = (x: number, y: number) => nearestDot(panel!, shape, { x, y }, scale);
  // 10 px away along the axis, at the same height.
  expect(near(0.92, heightOf(dot, shape))?.caseId).toBe('d');
  expect(near(0.92, heightOf(dot, shape) + 0.5)).toBeNull();
});

test('cases are ordered from worst to best, cases without a value first', () => {
  const scored = CASES.filter(({ status }) => status === 'SCORED');
  expect(worstFirst(metric('dice'), scored)).toEqual(['b', 'a', 'd']);
  expect(worstFirst(metric('hd95'), scored)).toEqual(['b', 'a', 'd']);
});

test('selecting a column twice reverses the order; cases without a value come last', () => {
  const byDice = nextOrder({ key: 'id', descending: false }, 'dice');
  const ids = (order: typeof byDice) => sortCases(CASES, order).map(({ caseId }) => caseId);
  expect(ids(byDice)).toEqual(['b', 'a', 'd', 'c']);
  expect(ids(nextOrder(byDice, 'dice'))).toEqual(['d', 'a', 'b', 'c']);
  expect(ids({ key: 'id', descending: true })).toEqual(['d', 'c', 'b', 'a']);
  expect(ids({ key: 'code', descending: false })[0]).toBe('c');
});

test('the table of cases begins with the worst ones, 25 on a page, and an address names any other page', () => {
  const caseScores = Array.from({ length: 60 }, (_, index) => {
    return { ...CASES[0]!, caseId: `${index}`, metrics: { dice: ((index * 7) % 60) / 60, hd95: index } };
  });
  const evaluation = { scores: [metric('dice'), metric('hd95')], caseScores };
  const first = parseCasePage(evaluation, {});
  expect(first).toEqual({ order: { key: 'dice', descending: false }, page: 1 });
  const values = casesOf(caseScores, first).shown.map(({ metrics }) => metrics['dice']! * 60);
  expect(values.map(Math.round)).toEqual(Array.from({ length: 25 }, (_, place) => place));
  const asked = { order: { key: 'hd95', descending: true }, page: 3 };
  const { searchParams, hash } = new URL(casePageAddress(asked), 'http://site.invalid');
  expect(hash).toBe('#cases');
  expect(parseCasePage(evaluation, Object.fromEntries(searchParams))).toEqual(asked);
  const { shown, from } = casesOf(caseScores, asked);
  expect([from, shown.length, shown[0]!.caseId]).toEqual([51, 10, '9']);
  // An address that makes no sense shows the nearest page that does.
  expect(parseCasePage(evaluation, { by: '-nothing', cases: '99' })).toEqual({ ...first, page: 3 });
  expect(parseCasePage(evaluation, { cases: '-1' }).page).toBe(1);
});
