import { DomainError } from '#lib/domain/errors.ts';
import { utcText } from '#lib/domain/minutes.ts';
import { withException } from '#lib/domain/phases/exceptions.ts';
import { isWithinGrace, type UploadTimes } from '#lib/domain/phases/grace.ts';
import { phaseStatus, takesLate } from '#lib/domain/phases/phase.ts';
import { describeUsedUp, usedUp } from '#lib/domain/phases/quota/used-up.ts';
import { groupProblem } from '#lib/domain/registrations/groups.ts';
import { counted } from '#lib/domain/units.ts';
import { zonedText } from '#lib/domain/zones.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { requireTermsAccepted } from '#lib/site/registrations/terms.ts';
import type { SubmissionStanding } from '#prisma-client';
import { requireGate } from './gate.ts';
import { readComputeSeconds } from './read-compute.ts';
import { readExceptions, readQuota } from './read-quota.ts';

/** Whether a team may submit to a phase now: dates, registration, gate and quota. */

const NOT_REGISTERED = {
  NONE: 'Your team isn’t registered for this challenge. Register it first.',
  PENDING: 'The organizers haven’t decided about your team’s registration yet. Nothing was submitted.',
  DECLINED: 'The organizers have declined your team’s registration. Nothing was submitted.',
} as const;

/** Late submissions are scored, but not ranked; of rehearsals, only organizers know. */
export type Standing = SubmissionStanding;

interface Moment {
  db: Transaction;
  now: Date;
}

interface Rehearsing extends Moment {
  /** Whether the person may submit before the phase opens, as its organizer. */
  mayRehearse: boolean;
}

/**
 * Checks that the phase is open to the team, and returns whether what it submits now is ranked. Before the phase opens, its
 * organizers rehearse, with any team of theirs: that needs no registration, and no quota is checked for it. A phase whose results are
 * revealed takes no submission, whatever its dates. `uploads` are those of the submission; before there is one, those of the
 * team count that have just arrived. Throws PHASE_NOT_OPEN, NOT_REGISTERED, TERMS_NOT_ACCEPTED, GATE_CLOSED.
 */
export async function admitSubmission(
  { db, now, mayRehearse }: Rehearsing,
  rules: Phase,
  teamId: string,
  uploads: readonly UploadTimes[] | null = null,
): Promise<Standing> {
  const [exception = null] = await readExceptions(db, [rules], [teamId]);
  const phase = withException(rules, exception);
  const status = phaseStatus(phase, now);
  if (status === 'upcoming') {
    if (mayRehearse) return 'REHEARSAL';
    throw new DomainError(
      'PHASE_NOT_OPEN',
      `This phase opens at ${zonedText(phase.opensAt, phase.zone)}. Nothing was submitted.`,
    );
  }
  if (phase.revealedAt !== null) {
    throw new DomainError(
      'PHASE_NOT_OPEN',
      `The organizers revealed the results of this phase at ${utcText(phase.revealedAt)}. Nothing was submitted.`,
    );
  }
  const standing =
    status === 'closed' ? await admitAfterClose({ db, now }, phase, teamId, uploads) : 'RANKED';
  const { challengeId } = phase;
  const key = { challengeId_teamId: { challengeId, teamId } };
  const registration = await db.registration.findUnique({ where: key });
  if (registration?.state !== 'APPROVED') {
    throw new DomainError('NOT_REGISTERED', NOT_REGISTERED[registration?.state ?? 'NONE']);
  }
  const outside = groupProblem(phase, registration.group);
  if (outside !== null) throw new DomainError('GATE_CLOSED', `${outside} Nothing was submitted.`);
  await requireTermsAccepted(db, challengeId, teamId);
  await requireGate(db, phase, teamId);
  return standing;
}

/** In time by grace, or else late where the phase takes that. */
async function admitAfterClose(
  { db, now }: Moment,
  phase: Phase,
  teamId: string,
  uploads: readonly UploadTimes[] | null,
): Promise<Standing> {
  const { closesAt, graceMinutes, acceptsLate, lateUntil } = phase;
  if (isWithinGrace(phase, uploads ?? (await recentUploads(db, phase, teamId)), now)) return 'RANKED';
  if (takesLate(phase, now)) return 'LATE';
  const grace =
    graceMinutes === 0
      ? ''
      : ` Only an upload that had started by then may end up to ${counted(graceMinutes, 'minute')} later.`;
  const late =
    acceptsLate && lateUntil !== null
      ? ` It took late submissions until ${zonedText(lateUntil, phase.zone)}.`
      : '';
  throw new DomainError(
    'PHASE_NOT_OPEN',
    `This phase closed at ${zonedText(closesAt, phase.zone)}.${grace}${late} Nothing was submitted.`,
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

/** Throws QUOTA_USED, which says when the team can submit again. */
export async function requireQuota(tx: Transaction, phase: Phase, teamId: string, now: Date): Promise<void> {
  const quota = await readQuota(tx, phase, teamId, now);
  const used = usedUp(quota);
  if (used === null) return requireComputeLeft(tx, phase, teamId);
  const { limit, at } = used;
  const again =
    at !== null
      ? ` Try again after ${utcText(at)}.`
      : limit === 'atOnce'
        ? ' Wait until one has ended, or cancel it.'
        : '';
  throw new DomainError(
    'QUOTA_USED',
    `${describeUsedUp(quota, limit)} Nothing was submitted.${again}`,
    {},
    at === null ? {} : { retryAfterMs: at.getTime() - now.getTime() },
  );
}

/** Throws QUOTA_USED if the team's containers have run for as long as the phase allows. */
async function requireComputeLeft(
  tx: Transaction,
  { id: phaseId, computeHours }: Phase,
  teamId: string,
): Promise<void> {
  if (computeHours === null) return;
  const used = (await readComputeSeconds(tx, { phaseId, teamId })) / 3600;
  if (used < computeHours) return;
  throw new DomainError(
    'QUOTA_USED',
    `Your team’s containers have run for ${used.toFixed(1)} h in this phase, which allows a team ${computeHours} h of computing time. Nothing was submitted. Ask the organizers for more.`,
  );
}

/** The phase takes a number of submissions from all teams. Throws QUOTA_USED. */
export async function requireRoomInPhase(tx: Transaction, phase: Phase): Promise<void> {
  const { id: phaseId, submissionsOfAllTeams } = phase;
  if (submissionsOfAllTeams === null) return;
  // So that two teams can't both take the last one.
  await lockUntilCommit(tx, `submissions to ${phaseId}`);
  // One that has failed or was cancelled shows no score.
  const taken = await tx.submission.count({
    where: {
      phaseId,
      standing: { in: ['RANKED', 'LATE'] },
      evaluations: { some: { state: { notIn: ['FAILED', 'CANCELLED'] } } },
    },
  });
  if (taken < submissionsOfAllTeams) return;
  throw new DomainError(
    'QUOTA_USED',
    `This phase takes ${counted(submissionsOfAllTeams, 'submission')} from all teams together, and it has them. Nothing was submitted.`,
  );
}
