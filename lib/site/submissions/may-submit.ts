import { DomainError } from '#lib/domain/errors.ts';
import { utcText } from '#lib/domain/minutes.ts';
import { withException } from '#lib/domain/phases/exceptions.ts';
import { isWithinGrace, type UploadTimes } from '#lib/domain/phases/grace.ts';
import { phaseStatus } from '#lib/domain/phases/phase.ts';
import { describeUsedUp, usedUp } from '#lib/domain/phases/used-up.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { counted } from '#lib/domain/units.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { type Phase, phaseFromRow } from '#lib/platform/rows/phase.ts';
import { readExceptions, readQuota } from './read-quota.ts';

/** Whether a team may submit to a phase now: dates, registration, gate and quota. */

const NOT_REGISTERED = {
  NONE: 'Your team isn’t registered for this challenge. Register it first.',
  PENDING: 'The organizers haven’t decided about your team’s registration yet. Nothing was submitted.',
  DECLINED: 'The organizers have declined your team’s registration. Nothing was submitted.',
} as const;

interface Moment {
  db: Transaction;
  now: Date;
}

/**
 * Checks that the phase is open to the team. `uploads` are those of the submission; before there is one, those of the
 * team count that have just arrived. Throws PHASE_NOT_OPEN, NOT_REGISTERED, GATE_CLOSED.
 */
export async function requireSubmissionAllowed(
  { db, now }: Moment,
  rules: Phase,
  teamId: string,
  uploads: readonly UploadTimes[] | null = null,
): Promise<void> {
  const [exception = null] = await readExceptions(db, [rules], [teamId]);
  const phase = withException(rules, exception);
  const status = phaseStatus(phase, now);
  if (status === 'upcoming') {
    throw new DomainError(
      'PHASE_NOT_OPEN',
      `This phase opens at ${utcText(phase.opensAt)}. Nothing was submitted.`,
    );
  }
  if (status === 'closed') await requireGrace({ db, now }, phase, teamId, uploads);
  const { challengeId } = phase;
  const key = { challengeId_teamId: { challengeId, teamId } };
  const registration = await db.registration.findUnique({ where: key });
  if (registration?.state !== 'APPROVED') {
    throw new DomainError('NOT_REGISTERED', NOT_REGISTERED[registration?.state ?? 'NONE']);
  }
  await requireGate(db, phase, teamId);
}

async function requireGrace(
  { db, now }: Moment,
  phase: Phase,
  teamId: string,
  uploads: readonly UploadTimes[] | null,
): Promise<void> {
  const { closesAt, graceMinutes } = phase;
  if (isWithinGrace(phase, uploads ?? (await recentUploads(db, phase, teamId)), now)) return;
  const grace =
    graceMinutes === 0
      ? ''
      : ` Only an upload that had started by then may end up to ${counted(graceMinutes, 'minute')} later.`;
  throw new DomainError(
    'PHASE_NOT_OPEN',
    `This phase closed at ${utcText(closesAt)}.${grace} Nothing was submitted.`,
  );
}

/** So that the model archive of a submission may follow its image. */
async function recentUploads(db: Transaction, { closesAt }: Phase, teamId: string): Promise<UploadTimes[]> {
  const where = { teamId, startedAt: { lt: closesAt } };
  const [image, model] = [
    await db.image.findFirst({ where, orderBy: { id: 'desc' } }),
    await db.modelArchive.findFirst({ where, orderBy: { id: 'desc' } }),
  ];
  return [image, model].filter((upload) => upload !== null);
}

/** A gate asks for a score in another phase. Throws GATE_CLOSED, which says what is missing. */
async function requireGate(db: Transaction, { challengeId, gate }: Phase, teamId: string): Promise<void> {
  if (gate === null) return;
  const row = await db.phase.findFirst({ where: { challengeId, slug: gate.phase } });
  // Definitions are checked for it; a phase that is gone closes no gate.
  if (!row) return;
  const earlier = phaseFromRow(row);
  const primary = requireMetric(earlier.task, earlier.metrics[0]!.metric);
  const { threshold } = gate;
  const reached =
    threshold === null ? {} : { mean: primary.better === 'lower' ? { lte: threshold } : { gte: threshold } };
  const score = await db.score.findFirst({
    where: {
      metric: primary.key,
      ...reached,
      evaluation: {
        state: 'SCORED',
        submission: { phaseId: earlier.id, teamId, tombstones: { none: { undoneAt: null } } },
      },
    },
    select: { metric: true },
  });
  if (score) return;
  const needed =
    threshold === null
      ? 'a scored submission'
      : `a submission with a ${primary.label} of ${primary.better === 'lower' ? 'at most' : 'at least'} ${threshold}`;
  throw new DomainError(
    'GATE_CLOSED',
    `This phase is open to teams with ${needed} in the phase “${earlier.title}”, which yours doesn’t have yet. Nothing was submitted.`,
  );
}

/** Throws QUOTA_USED, which says when the team can submit again. */
export async function requireQuota(tx: Transaction, phase: Phase, teamId: string, now: Date): Promise<void> {
  const quota = await readQuota(tx, phase, teamId, now);
  const used = usedUp(quota);
  if (used === null) return;
  const { limit, at } = used;
  const again =
    at !== null
      ? ` Try again after ${utcText(at)}.`
      : limit === 'atOnce'
        ? ' Wait until one has ended, or cancel it.'
        : '';
  const message = `${describeUsedUp(quota, limit)} Nothing was submitted.${again}`;
  throw new DomainError(
    'QUOTA_USED',
    message,
    {},
    at === null ? {} : { retryAfterMs: at.getTime() - now.getTime() },
  );
}
