import type { EvaluationState } from '#lib/domain/evaluations/state.ts';

/** The class of a state's word in a table. */
export const STATE_CLASS: Readonly<Record<EvaluationState, string>> = {
  QUEUED: 'soft',
  RUNNING: 'state-now',
  SCORED: 'state-good',
  FAILED: 'state-bad',
  CANCELLED: 'muted',
};
