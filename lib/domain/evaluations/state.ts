import { isPlatformErrorCode } from './codes.ts';

/** The states of an evaluation (one attempt of a submission) and the allowed transitions between them. */
export const EVALUATION_STATES = ['QUEUED', 'RUNNING', 'SCORED', 'FAILED', 'CANCELLED'] as const;
export type EvaluationState = (typeof EVALUATION_STATES)[number];

const TRANSITIONS: Readonly<Record<EvaluationState, readonly EvaluationState[]>> = {
  QUEUED: ['RUNNING', 'CANCELLED'],
  // Back to QUEUED only after an expired lease or a platform error.
  RUNNING: ['SCORED', 'FAILED', 'CANCELLED', 'QUEUED'],
  SCORED: [],
  FAILED: [],
  CANCELLED: [],
};

export function canMove(from: EvaluationState, to: EvaluationState): boolean {
  return TRANSITIONS[from].includes(to);
}

export function isFinal(state: EvaluationState): boolean {
  return TRANSITIONS[state].length === 0;
}

/** Whether the evaluation failed because of a platform error. */
export function endedWithPlatformError<T extends { state: EvaluationState; code: string | null }>(
  evaluation: T,
): evaluation is T & { code: string } {
  const { state, code } = evaluation;
  return state === 'FAILED' && code !== null && isPlatformErrorCode(code);
}
