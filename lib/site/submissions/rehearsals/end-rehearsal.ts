import { isFinal } from '#lib/domain/evaluations/state.ts';
import { baselineNameSchema, MAX_BASELINE_NAME_LENGTH } from '#lib/domain/submissions/baseline-name.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { SCORES_CHANGED } from '#lib/platform/notifications.ts';
import { type AuditActor, recordAudit } from '#lib/site/audit/audit.ts';
import type { Site } from '#lib/site/site.ts';
import { cancelEvaluation } from '#lib/site/submissions/cancel-submission.ts';
import { makeBaseline } from '#lib/site/submissions/decisions/baselines.ts';
import type { EvaluationState } from '#prisma-client';

/** What becomes of a submission that organizers made before its phase opened. */

export type RehearsingSite = Pick<Site, 'queue' | 'now'>;

interface Rehearsed {
  id: string;
  algorithm: string;
  team: { slug: string };
  phase: { id: string; slug: string; challengeId: string; keepsRehearsal: boolean; opensAt: Date };
  /** Its latest attempt. */
  evaluation: { id: string; state: EvaluationState };
}

/** The submission, locked until the transaction ends; null if it isn't a rehearsal any more. */
export async function lockRehearsal(tx: Transaction, id: string): Promise<Rehearsed | null> {
  await tx.$executeRaw`SELECT 1 FROM "Submission" WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.submission.findFirst({
    where: { id, standing: 'REHEARSAL' },
    select: {
      id: true,
      algorithm: true,
      team: { select: { slug: true } },
      phase: { select: { id: true, slug: true, challengeId: true, keepsRehearsal: true, opensAt: true } },
      evaluations: { orderBy: { createdAt: 'desc' }, take: 1, select: { id: true, state: true } },
    },
  });
  const evaluation = row?.evaluations[0];
  return row && evaluation ? { ...row, evaluation } : null;
}

/** Cancels what is under way, and deletes the submission with its scores. */
export async function removeRehearsal(
  site: RehearsingSite,
  tx: Transaction,
  rehearsed: Rehearsed,
  actor: AuditActor | 'system',
): Promise<void> {
  const { id, evaluation, phase } = rehearsed;
  if (!isFinal(evaluation.state)) await cancelEvaluation(site, tx, evaluation);
  const [row] = await tx.$queryRaw<{ removed: boolean }[]>`
    SELECT remove_rehearsal(${id}::uuid) AS removed`;
  if (!row?.removed) throw new Error(`The rehearsal ${id} was not removed.`);
  await recordAudit(tx, actor, 'rehearsal.remove', phase.challengeId, detailOf(rehearsed));
}

/** It becomes a baseline named after its algorithm, whose scores everybody sees as the phase discloses them. */
export async function keepRehearsal(tx: Transaction, rehearsed: Rehearsed): Promise<void> {
  const { id, phase } = rehearsed;
  // A rehearsal's score didn't count, so this may be the first one of the phase. From here on, others wait to choose a name.
  await tx.$executeRaw`UPDATE "Phase" SET "scoresVersion" = "scoresVersion" + 1 WHERE id = ${phase.id}::uuid`;
  const name = await freeName(tx, phase.id, rehearsed.algorithm);
  await makeBaseline(tx, { id, standing: 'REHEARSAL' }, { name, namedBy: 'system' });
  await tx.$executeRaw`SELECT pg_notify(${SCORES_CHANGED}, ${phase.id})`;
  await recordAudit(tx, 'system', 'rehearsal.keep', phase.challengeId, { ...detailOf(rehearsed), name });
}

/** The algorithm's name, shortened, with a number if another baseline of the phase has it. */
async function freeName(tx: Transaction, phaseId: string, algorithm: string): Promise<string> {
  const shortened = algorithm.slice(0, MAX_BASELINE_NAME_LENGTH - 4);
  const name = baselineNameSchema.safeParse(shortened).data ?? 'Baseline';
  const rows = await tx.baseline.findMany({ where: { submission: { phaseId } }, select: { name: true } });
  const taken = new Set(rows.map((row) => row.name.toLowerCase()));
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name} ${number}`;
  return free;
}

function detailOf({ id, algorithm, team, phase }: Rehearsed) {
  return { submission: id, team: team.slug, phase: phase.slug, algorithm };
}
