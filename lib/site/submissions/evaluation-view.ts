import type { EvaluationView } from '#lib/api/evaluations.ts';
import { findSilence, SILENCE_CODE, silenceCheckAt } from '#lib/domain/runners/silence.ts';
import { readQueuePlace } from '#lib/platform/queue/read-queue.ts';
import { caseScoreFromRow } from '#lib/platform/rows/case-score.ts';
import { readWaitReason } from '#lib/site/console/runners-view.ts';
import type { Site } from '#lib/site/site.ts';
import { type CaseDetail, type DisclosureRules, discloseEvaluation } from './disclose-evaluation.ts';
import { quotaColumns } from './read-quota.ts';

export interface ReadEvaluation {
  view: EvaluationView;
  /** When the view may change without an event, because the runner is silent; null if it can't. */
  checkAt: Date | null;
}

/** The current evaluation, reduced to what the viewer may see. */
export async function readEvaluation(
  site: Pick<Site, 'db' | 'now'>,
  evaluationId: string,
  rules: DisclosureRules,
): Promise<ReadEvaluation> {
  const { db } = site;
  const include = { runner: { select: { lastSeenAt: true } }, submission: { select: attemptsOf } };
  const row = await db.evaluation.findUniqueOrThrow({ where: { id: evaluationId }, include });
  const { submission, runner, ...evaluation } = row;
  const now = site.now();
  const silence = findSilence({ ...evaluation, runner }, now);
  const [cases, scores, queue, waitsFor] = await Promise.all([
    readCases(db, evaluationId, rules),
    db.score.findMany({ where: { evaluationId } }),
    evaluation.state === 'QUEUED' ? readQueuePlace(db, evaluationId) : null,
    evaluation.state === 'QUEUED' || silence ? readWaitReason(site, evaluation) : null,
  ]);
  const attempts = submission.evaluations.map((attempt) =>
    attempt.id === evaluationId && silence ? { ...attempt, platformCode: SILENCE_CODE } : attempt,
  );
  const facts = { evaluation, cases, scores, queue, waitsFor, silence, attempts, now };
  return { view: discloseEvaluation(facts, rules), checkAt: silenceCheckAt({ ...evaluation, runner }, now) };
}

const attemptsOf = { evaluations: { select: { id: true, ...quotaColumns } } } as const;

/** Reads logs only if they may be shown, because they are most of an evaluation's data. */
async function readCases(
  db: Site['db'],
  evaluationId: string,
  rules: DisclosureRules,
): Promise<CaseDetail[]> {
  const brief = {
    evaluationId: true,
    caseIndex: true,
    status: true,
    code: true,
    message: true,
    metrics: true,
    recordedAt: true,
  };
  const hidden = rules.audience === 'public' || (rules.audience === 'team' && rules.kind === 'HIDDEN');
  const rows = (await db.caseScore.findMany({ where: { evaluationId }, select: brief })).map(
    caseScoreFromRow,
  );
  if (hidden) return rows.map((row) => ({ ...row, message: null, log: null }));
  const logs = await db.caseScore.findMany({
    where: { evaluationId, status: { not: 'SCORED' } },
    select: { caseIndex: true, log: true },
  });
  const logOf = new Map(logs.map(({ caseIndex, log }) => [caseIndex, log]));
  return rows.map((row) => ({ ...row, log: logOf.get(row.caseIndex) ?? null }));
}
