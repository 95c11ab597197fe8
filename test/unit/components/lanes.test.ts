import { expect, test } from 'vitest';
import { nextOrder, orderCases } from '#components/submission/cases/case-order.ts';
import { heightOf, nearestDot, panelsOf, worstFirst } from '#components/submission/cases/lanes.ts';
import type { CaseScoreView } from '#lib/api/evaluations.ts';
import { METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';

function metric(name: MetricName) {
  const { label, unit, better, version } = METRICS[name];
  const scores = { mean: null, median: null, failed: 0, n: 0 };
  return { metric: name, label, unit, better, version, connectivity: null, weight: 1, ...scores };
}

function scan(caseId: string, metrics: Record<string, number | null>): CaseScoreView {
  return { caseId, status: 'SCORED', code: null, metrics };
}

const CASES = [
  scan('a', { dice: 0.5, hd95: 12, lesion_f1: 1 }),
  scan('b', { dice: 0, hd95: null, lesion_f1: 0 }),
  { ...scan('c', {}), status: 'FAILED' as const, code: 'TIME_LIMIT' },
  scan('d', { dice: 0.9, hd95: 3, lesion_f1: 1 }),
];

test('metrics of one unit share a panel and its axis; a scan without a value has no dot', () => {
  const panels = panelsOf([metric('dice'), metric('hd95'), metric('lesion_f1')], CASES);
  expect(panels.map(({ unit, lanes }) => [unit, lanes.map((lane) => lane.metric.metric)])).toEqual([
    ['1', ['dice', 'lesion_f1']],
    ['mm', ['hd95']],
  ]);
  expect(panels[0]!.axis).toMatchObject({ min: 0, max: 1 });
  // From 0, whatever the smallest value is: bars of one length mean one distance in every submission.
  expect(panels[1]!.axis.min).toBe(0);
  expect(panels[0]!.lanes[0]!.dots.map(({ caseId }) => caseId)).toEqual(['a', 'b', 'd']);
  expect(panels[1]!.lanes[0]).toMatchObject({ box: { n: 2, median: 7.5 }, dots: [{ caseId: 'a' }, {}] });
});

test('a lane that no scan has a value for stands empty', () => {
  const [panel] = panelsOf([metric('assd')], CASES);
  expect(panel!.lanes[0]).toMatchObject({ box: null, dots: [] });
  expect(panel!.axis.max).toBeGreaterThan(panel!.axis.min);
});

test('the nearest dot within reach is found, in pixels of both directions', () => {
  const [panel] = panelsOf([metric('dice'), metric('lesion_f1')], CASES);
  const shape = { middle: 0.5, box: 0.3, spread: 0.2 };
  const scale = { axisPx: 500, lanePx: 60, reachPx: 20 };
  const dot = panel!.lanes[0]!.dots.find(({ caseId }) => caseId === 'd')!;
  const near = (x: number, y: number) => nearestDot(panel!, shape, { x, y }, scale);
  // 10 px beside it along the axis, at its own height.
  expect(near(0.92, heightOf(dot, shape))?.caseId).toBe('d');
  expect(near(0.92, heightOf(dot, shape) + 0.5)).toBeNull();
});

test('scans go from the worst to the best of a metric, those without a value first', () => {
  const scored = CASES.filter(({ status }) => status === 'SCORED');
  expect(worstFirst(metric('dice'), scored)).toEqual(['b', 'a', 'd']);
  expect(worstFirst(metric('hd95'), scored)).toEqual(['b', 'a', 'd']);
});

test('the table turns round at the second choice of a column; scans without a value stand last', () => {
  const byDice = nextOrder({ key: 'id', descending: false }, 'dice');
  const ids = (order: typeof byDice) => orderCases(CASES, order).map(({ caseId }) => caseId);
  expect(ids(byDice)).toEqual(['b', 'a', 'd', 'c']);
  expect(ids(nextOrder(byDice, 'dice'))).toEqual(['d', 'a', 'b', 'c']);
  expect(ids({ key: 'id', descending: true })).toEqual(['d', 'c', 'b', 'a']);
  expect(ids({ key: 'code', descending: false })[0]).toBe('c');
});
