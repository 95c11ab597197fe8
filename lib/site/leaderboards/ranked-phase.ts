import type { TeamSubmission } from '#lib/domain/ranking/counting.ts';
import type { SiteStrata } from '#lib/domain/test-sets/site-strata.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import type { ScoredEvaluation } from '#lib/platform/rows/scored-evaluations.ts';

export type RankedPhase = Omit<Phase, 'scoresVersion'> & {
  testSet: { id: string; caseCount: number; worst: Readonly<Record<string, number>>; strata: SiteStrata };
};

export interface CountingSubmission extends TeamSubmission {
  evaluation: ScoredEvaluation;
}

export function toCounting(evaluation: ScoredEvaluation): CountingSubmission {
  const { id, team, createdAt, selectedAt } = evaluation.submission;
  const { mean } = evaluation;
  return { id, team: team.slug, submittedAt: createdAt, selectedAt, primaryMean: mean, evaluation };
}
