import type { EvaluationView } from '#lib/api/evaluations.ts';
import { findSilence, SILENCE_CODE, silenceCheckAt } from '#lib/domain/runners/silence.ts';
import { readQueuePlace } from '#lib/platform/queue/read-queue.ts';
import { caseScoreFromRow } from '#lib/platform/rows/case-score.ts';
import { readWaitReason } from '#lib/site/console/runners-view.ts';
import type { Site } from '#lib/site/site.ts';
import { type Evaluation, Prisma } from '#prisma-client';
import {
  type CaseDetail,
  type DisclosureRules,
  discloseEvaluation,
  disclosureOf,
  LOG_CHARACTERS,
  showsDetailOf,
} from './disclosure/disclose-evaluation.ts';
import { readLadderDecision } from './disclosure/ladder-decision.ts';
import { readShownScores } from './disclosure/shown-scores.ts';

export interface ReadEvaluation {
  view: EvaluationView;
  /** When the view may change without an event, because the runner is silent; null if it can't. */
  checkAt: Date | null;
}

/** The current evaluation, reduced to what the viewer may see. */
export async function readEvaluation(
  site: Pick<Site, 'db' | 'now' | 'rankings'>,
  evaluationId: string,
  rules: DisclosureRules,
): Promise<ReadEvaluation> {
  const attempts = await site.db.evaluation.findMany({
    where: { submission: { evaluations: { some: { id: evaluationId } } } },
  });
  return describeEvaluation(site, attempts, evaluationId, rules);
}

/** One of the attempts of a submission, reduced to what the viewer may see. */
export async function describeEvaluation(
  site: Pick<Site, 'db' | 'now' | 'rankings'>,
  attempts: readonly Evaluation[],
  evaluationId: string,
  rules: DisclosureRules,
): Promise<ReadEvaluation> {
  const { db } = site;
  const evaluation = attempts.find(({ id }) => id === evaluationId);
  if (!evaluation) throw new Error(`Evaluation ${evaluationId} doesn’t exist.`);
  const held = { ...evaluation, runner: await readHolder(db, evaluation) };
  const now = site.now();
  const silence = findSilence(held, now);
  const ladder = await readLadderDecision(site, evaluation, rules.phase);
  const disclosure = disclosureOf({ evaluation, ladder }, rules);
  const [cases, scores, queue, waitsFor, free] = await Promise.all([
    readCases(db, evaluation, { ...rules, needsMetrics: disclosure.cases !== 'NONE' }),
    disclosure.withheld === null ? readShownScores(db, evaluationId, { ...rules, disclosure }) : [],
    evaluation.state === 'QUEUED' ? readQueuePlace(db, evaluationId) : null,
    evaluation.state === 'QUEUED' || silence ? readWaitReason(site, evaluation) : null,
    db.submission.count({
      where: {
        id: evaluation.submissionId,
        OR: [{ standing: { in: ['BASELINE', 'REHEARSAL'] } }, { quotaReturn: { isNot: null } }],
      },
    }),
  ]);
  const facts = {
    ...{ evaluation, cases, scores, ladder, queue, waitsFor, silence, now },
    isFree: free > 0,
    attempts: attempts.map((attempt) =>
      attempt.id === evaluationId && silence ? { ...attempt, platformCode: SILENCE_CODE } : attempt,
    ),
  };
  return { view: discloseEvaluation(facts, rules), checkAt: silenceCheckAt(held, now) };
}

/** The runner that evaluates it now. */
async function readHolder(db: Site['db'], { state, runnerId }: Evaluation) {
  if (state !== 'RUNNING' || runnerId === null) return null;
  return db.runner.findUnique({ where: { id: runnerId }, select: { lastSeenAt: true } });
}

interface CaseRow extends Omit<CaseDetail, 'recordedAt'> {
  metrics: Record<string, number | null>;
  recordedAt: string;
}

/**
 * The recorded cases, without what isn't disclosed in any case: logs are most of an evaluation's data, and the
 * scores of hundreds of cases most of the rest. As one value, because Prisma converts each value of a row.
 */
async function readCases(
  db: Site['db'],
  { id }: Evaluation,
  { needsMetrics, ...rules }: DisclosureRules & { needsMetrics: boolean },
): Promise<CaseDetail[]> {
  const [row] = await db.$queryRaw<{ cases: CaseRow[] }[]>`
    SELECT coalesce(json_agg(found), '[]') AS cases FROM (
      SELECT "caseIndex", status, code, "recordedAt",
        ${needsMetrics ? Prisma.sql`metrics` : Prisma.sql`'{}'::jsonb AS metrics`},
        ${
          showsDetailOf(rules)
            ? Prisma.sql`message, CASE WHEN status <> 'SCORED' THEN right(log, ${LOG_CHARACTERS}) END AS log`
            : Prisma.sql`NULL AS message, NULL AS log`
        }
      FROM "CaseScore" WHERE "evaluationId" = ${id}::uuid
    ) found`;
  return row!.cases.map((found) => {
    const { metrics } = caseScoreFromRow({ ...found, evaluationId: id });
    return { ...found, metrics, recordedAt: new Date(found.recordedAt) };
  });
}
