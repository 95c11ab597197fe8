import { expect, test } from 'vitest';
import {
  countSubmissions,
  describeEmptyQueue,
  describeQueue,
  queueCounts,
} from '#components/console/queue/queue-counts.ts';
import type { PhaseCounts } from '#lib/api/pages/organizer.ts';

const ASOF = '2026-03-01T12:00:00Z';
const none = { QUEUED: 0, RUNNING: 0, SCORED: 0, FAILED: 0, CANCELLED: 0 };
const counts: PhaseCounts[] = [
  { phaseSlug: 'a', phaseTitle: 'Rehearsal', states: { ...none, SCORED: 5 }, oldestQueuedAt: null },
  {
    phaseSlug: 'b',
    phaseTitle: 'Validation',
    states: { ...none, QUEUED: 9, RUNNING: 2 },
    oldestQueuedAt: '2026-03-01T09:00:00Z',
  },
  {
    phaseSlug: 'c',
    phaseTitle: 'Final',
    states: { ...none, QUEUED: 1 },
    oldestQueuedAt: '2026-03-01T11:55:00Z',
  },
];

test('the queue is described with the phases in which evaluations wait, and what waits elsewhere', () => {
  expect(describeQueue(counts, 14, ASOF)).toBe(
    '10 waiting, 2 running (Validation: 9 waiting, the oldest for 3 h; Final: 1 waiting, the oldest for 5 min); 4 from other challenges waiting for the same runners.',
  );
  expect(describeQueue([], 0, ASOF)).toBe('0 waiting, 0 running.');
});

test('an empty queue says so, and what waits without a place in it', () => {
  expect(describeEmptyQueue([])).toBe('Nothing is waiting.');
  expect(describeEmptyQueue(counts.slice(0, 1))).toBe('Nothing is waiting.');
  expect(describeEmptyQueue(counts.slice(2))).toBe(
    'The queue is empty. 1 evaluation waits for another scorer.',
  );
  expect(describeEmptyQueue(counts)).toBe('The queue is empty. 10 evaluations wait for another scorer.');
});

test('counts are those of all phases together', () => {
  expect(queueCounts(counts)).toEqual({ waiting: 10, running: 2, oldestAt: '2026-03-01T09:00:00Z' });
  expect(countSubmissions(counts)).toBe(17);
});
