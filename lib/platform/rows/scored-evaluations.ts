import { type LadderDecision, ladderOf } from '#lib/domain/disclosure/disclosure.ts';
import type { MetricVersions } from '#lib/domain/evaluations/rescoring.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';

/** The scored attempt of a submission. */
export interface ScoredEvaluation {
  id: string;
  finishedAt: Date | null;
  /** Cases without any score. */
  failedCases: number;
  /** Mean of the metric that was asked for; null without one. */
  mean: number | null;
  submission: {
    id: string;
    algorithm: string;
    createdAt: Date;
    selectedAt: Date | null;
    team: { slug: string; name: string };
    /** Withdrawn or excluded: its scores don't count. */
    hasTombstone: boolean;
    /** Its name if it is a baseline of the organizers, which never counts; null otherwise. */
    baseline: string | null;
  };
  ladder: LadderDecision;
  /** Of its scores, by metric. */
  versions: MetricVersions;
}

interface Row {
  id: string;
  finishedAt: Date | null;
  failedCases: number;
  mean: number | null;
  submissionId: string;
  algorithm: string;
  createdAt: Date;
  selectedAt: Date | null;
  slug: string;
  name: string;
  hasTombstone: boolean;
  baseline: string | null;
  isShown: boolean | null;
  versions: MetricVersions | null;
}

/**
 * The latest scored attempt of each submission of a phase that is ranked, and of each baseline, in order of submission. In
 * SQL, because a phase may have tens of thousands.
 *
 * @param metric whose stored mean is read too.
 * @param evaluations only these attempts, instead of the latest ones.
 */
export async function findScoredEvaluations(
  db: Database | Transaction,
  phaseId: string,
  metric: string | null = null,
  evaluations: readonly string[] | null = null,
): Promise<ScoredEvaluation[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT DISTINCT ON (submission.id)
      evaluation.id, evaluation."finishedAt", evaluation."failedCases", score.mean,
      submission.id AS "submissionId", submission.algorithm, submission."createdAt", submission."selectedAt",
      team.slug, team.name,
      EXISTS (
        SELECT FROM "Tombstone" tombstone
        WHERE tombstone."submissionId" = submission.id AND tombstone."undoneAt" IS NULL
      ) AS "hasTombstone",
      baseline.name AS baseline, ladder."isShown", (
        SELECT jsonb_object_agg(own.metric, own.version) FROM "Score" own WHERE own."evaluationId" = evaluation.id
      ) AS versions
    FROM "Submission" submission
    JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND evaluation.state = 'SCORED'
    JOIN "Team" team ON team.id = submission."teamId"
    LEFT JOIN "Baseline" baseline ON baseline."submissionId" = submission.id
    LEFT JOIN "LadderDecision" ladder ON ladder."submissionId" = submission.id
    LEFT JOIN "Score" score ON score."evaluationId" = evaluation.id AND score.metric = ${metric}
    WHERE submission."phaseId" = ${phaseId}::uuid AND submission.standing IN ('RANKED', 'BASELINE')
      AND (${evaluations}::uuid[] IS NULL OR evaluation.id = ANY(${evaluations}::uuid[]))
    ORDER BY submission.id, evaluation."createdAt" DESC`;
  return rows.map(
    ({
      submissionId,
      algorithm,
      createdAt,
      selectedAt,
      slug,
      name,
      hasTombstone,
      baseline,
      isShown,
      versions,
      ...evaluation
    }) => {
      const team = { slug, name };
      const submission = { id: submissionId, algorithm, createdAt, selectedAt, team, hasTombstone, baseline };
      const ladder = ladderOf({ isBaseline: baseline !== null, isShown });
      return { ...evaluation, submission, ladder, versions: versions ?? {} };
    },
  );
}
