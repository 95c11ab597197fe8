import { expect, test } from 'vitest';
import { canMove, EVALUATION_STATES, isFinal } from '#lib/domain/evaluations/state.ts';

test('an evaluation moves forward, returns to the queue only while running, and never leaves a final state', () => {
  const moves = EVALUATION_STATES.flatMap((from) =>
    EVALUATION_STATES.filter((to) => canMove(from, to)).map((to) => `${from} → ${to}`),
  );
  expect(moves.sort()).toEqual(
    [
      'QUEUED → CANCELLED',
      'QUEUED → RUNNING',
      'RUNNING → CANCELLED',
      'RUNNING → FAILED',
      'RUNNING → QUEUED',
      'RUNNING → SCORED',
    ].sort(),
  );
  expect(EVALUATION_STATES.filter(isFinal)).toEqual(['SCORED', 'FAILED', 'CANCELLED']);
});
