import { expect, test } from 'vitest';
import { expectedStarts, type Waiting, type Working } from '#lib/domain/evaluations/expected-starts.ts';

const PHASES = new Set(['test']);
const DURATIONS = new Map([['test', { fast: 60, slow: 100 }]]);
const IDLE: Working = { phaseIds: PHASES, current: null };

const waiting = (id: string, over: Partial<Waiting> = {}): Waiting => ({
  ...{ id, teamId: `team of ${id}`, phaseId: 'test', isHeld: false },
  ...over,
});
const busy = (elapsedSeconds: number, doneShare = 0, teamId = 'another'): Working => ({
  phaseIds: PHASES,
  current: { phaseId: 'test', teamId, elapsedSeconds, doneShare },
});
const startsOf = (...given: Parameters<typeof expectedStarts>) =>
  Object.fromEntries(expectedStarts(...given));

test('one runner takes them in order, and the range widens with the place', () => {
  expect(startsOf([waiting('a'), waiting('b'), waiting('c')], [IDLE], DURATIONS)).toEqual({
    a: { earliest: 0, latest: 0 },
    b: { earliest: 60, latest: 100 },
    c: { earliest: 120, latest: 200 },
  });
});

test('two runners share the queue, and what runs already takes what is left of it', () => {
  // 40 s have passed: 20 to 60 s are left.
  expect(startsOf([waiting('a'), waiting('b')], [IDLE, busy(40)], DURATIONS)).toEqual({
    a: { earliest: 0, latest: 0 },
    b: { earliest: 20, latest: 60 },
  });
});

test('an evaluation that takes longer than all past ones is judged by its progress', () => {
  // 300 s for three quarters: 100 s for the rest.
  expect(startsOf([waiting('a')], [busy(300, 0.75)], DURATIONS)).toEqual({
    a: { earliest: 100, latest: 100 },
  });
});

test('a team’s second evaluation waits for its first, and others pass it', () => {
  const queue = [waiting('a', { teamId: 't' }), waiting('b', { teamId: 't' }), waiting('c')];
  expect(startsOf(queue, [IDLE, IDLE], DURATIONS)).toEqual({
    a: { earliest: 0, latest: 0 },
    b: { earliest: 60, latest: 100 },
    c: { earliest: 0, latest: 0 },
  });
});

test('what is held has no start and delays nobody; what no runner can run has none either', () => {
  const queue = [waiting('a', { isHeld: true }), waiting('b', { phaseId: 'gpu' }), waiting('c')];
  expect(startsOf(queue, [IDLE], DURATIONS)).toEqual({ c: { earliest: 0, latest: 0 } });
  expect(startsOf(queue, [], DURATIONS)).toEqual({});
});

test('behind a phase that none has ended in, the latest start isn’t known', () => {
  expect(startsOf([waiting('a'), waiting('b')], [IDLE], new Map())).toEqual({
    a: { earliest: 0, latest: 0 },
    b: { earliest: 0, latest: null },
  });
});
