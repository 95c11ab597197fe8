import type { EvaluationView } from '#lib/api/evaluations.ts';

/** A running evaluation of ten cases, none of which has a result yet. */
export function evaluationView(over: Partial<EvaluationView> = {}): EvaluationView {
  return {
    id: 'e',
    state: 'RUNNING',
    caseCount: 10,
    scored: 0,
    failed: 0,
    running: 0,
    queuePlace: null,
    queueLength: null,
    waitsFor: null,
    runnerSilence: null,
    createdAt: '2026-02-05T12:00:00Z',
    startedAt: '2026-02-05T13:00:00Z',
    imageReadyAt: '2026-02-05T13:00:00Z',
    firstCaseAt: null,
    finishedAt: null,
    requeues: 0,
    usesQuota: true,
    usesQuotaOnceCancelled: true,
    platformError: null,
    error: null,
    caseErrors: [],
    withheld: null,
    leavesOutHeldBack: false,
    scores: [],
    caseDisclosure: 'NONE',
    caseScores: [],
    ...over,
  };
}
