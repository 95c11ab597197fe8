import type { EvaluationState } from '#lib/domain/evaluations/state.ts';

/** What organizers submitted to a phase that hasn't opened yet; not part of /api/v1. */
export interface RehearsalView {
  opensAt: string;
  zone: string;
  /** Whether it becomes baselines when the phase opens. */
  keeps: boolean;
  /** Whether the phase has a test set. */
  isReady: boolean;
  viewerMayRehearse: boolean;
  /** The latest first. */
  submissions: {
    id: string;
    shortId: string;
    algorithm: string;
    team: string;
    state: EvaluationState;
    doneCases: number;
    caseCount: number;
  }[];
}
