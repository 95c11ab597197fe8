import { isPlatformErrorCode } from './codes.ts';

/** The states of one evaluation (one attempt of a submission) and the moves between them. */
export const EVALUATION_STATES = ['QUEUED', 'RUNNING', 'SCORED', 'FAILED', 'CANCELLED'] as const;
export type EvaluationState = (typeof EVALUATION_STATES)[number];

const MOVES: Readonly<Record<EvaluationState, readonly EvaluationState[]>> = {
  QUEUED: ['RUNNING', 'CANCELLED'],
  // Back to QUEUED only by an expired lease or a fault of the platform.
  RUNNING: ['SCORED', 'FAILED', 'CANCELLED', 'QUEUED'],
  SCORED: [],
  FAILED: [],
  CANCELLED: [],
};

export function canMove(from: EvaluationState, to: EvaluationState): boolean {
  return MOVES[from].includes(to);
}

export function isFinal(state: EvaluationState): boolean {
  return MOVES[state].length === 0;
}

/** An evaluation that ended without a score because the platform could not bring it to one. */
export function endedByPlatform<T extends { state: EvaluationState; code: string | null }>(
  evaluation: T,
): evaluation is T & { code: string } {
  const { state, code } = evaluation;
  return state === 'FAILED' && code !== null && isPlatformErrorCode(code);
}
