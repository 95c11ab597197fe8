import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { notifyScoresChanged } from '#lib/platform/notifications.ts';
import { applyHolds, lockHolds } from '#lib/platform/queue/holds.ts';
import { cancelJobs, sendEvaluation } from '#lib/platform/queue/queue.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { teamsMerged } from '#lib/site/mail/templates/team.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import { endTeam } from './dissolve-team.ts';
import { findRunningChallenges, requireAdmission, requireFreeToEnter, requireSize } from './participation.ts';
import type { LockedTeam } from './team-lock.ts';
import { mailPeople, teamLink } from './team-mail.ts';

/** Throws CONFLICT if the two teams together would be too large, or a member takes part with a third team. */
export async function requireMergeable(
  tx: Transaction,
  from: LockedTeam,
  into: LockedTeam,
  { viewerId, now }: { viewerId: string; now: Date },
): Promise<void> {
  const challenges = await findRunningChallenges(tx, [from.id, into.id], now);
  const userIds = [...new Set([...from.members, ...into.members].map(({ userId }) => userId))];
  requireSize(userIds.length, challenges);
  await requireAdmission(tx, { userIds, challenges, viewerId });
  const challengeIds = challenges.map(({ id }) => id);
  await requireFreeToEnter(tx, { userIds, challengeIds, teamIds: [from.id, into.id], viewerId });
}

/**
 * Merges one locked team into another. Its members, archives and submissions become those of the other, so that
 * quotas, which are counted from submissions, add up; each submission keeps the team that sent it as its origin. The
 * submissions of phases that are closed stay as they are, because their results are final.
 */
export async function mergeTeams(
  site: Site,
  tx: Transaction,
  { from, into, viewer }: { from: LockedTeam; into: LockedTeam; viewer: Viewer },
): Promise<void> {
  const now = site.now();
  await requireMergeable(tx, from, into, { viewerId: viewer.userId, now });
  const queue = await site.queue();
  await lockHolds(tx);
  const queued = await findQueued(tx, from.id, now);
  // The queue knows a job by its team.
  for (const { id } of queued) await cancelJobs(queue, tx, id);
  const phaseIds = await moveSubmissions(tx, from, into, now);
  const where = { teamId: from.id };
  await tx.image.updateMany({ where, data: { teamId: into.id } });
  await tx.modelArchive.updateMany({ where, data: { teamId: into.id } });
  await moveHolds(tx, from, into);
  for (const { id } of queued) await sendEvaluation(queue, tx, id);
  await recordMerge(tx, viewer, { from, into, submissions: phaseIds.length });
  await moveRegistrations(tx, from, into, now);
  await moveMembers(tx, from, into);
  await endTeam(tx, from.id, { now, mergedIntoId: into.id });
  await tx.team.updateMany({ where: { mergedIntoId: from.id }, data: { mergedIntoId: into.id } });
  for (const phaseId of new Set(phaseIds)) await notifyScoresChanged(tx, phaseId);
  const others = [...from.members, ...into.members].filter(({ userId }) => userId !== viewer.userId);
  const message = teamsMerged({ from: from.name, into: into.name, url: teamLink(site, into.slug) });
  await mailPeople(site, tx, [...new Set(others.map(({ userId }) => userId))], message);
}

function findQueued(tx: Transaction, teamId: string, now: Date): Promise<{ id: string }[]> {
  return tx.evaluation.findMany({
    where: { state: 'QUEUED', submission: { teamId, phase: { closesAt: { gt: now } } } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
}

/** Returns the phase of each submission that was moved. */
async function moveSubmissions(
  tx: Transaction,
  from: LockedTeam,
  into: LockedTeam,
  now: Date,
): Promise<string[]> {
  const moved = await tx.$queryRaw<{ phaseId: string }[]>`
    UPDATE "Submission" submission
    SET "teamId" = ${into.id}::uuid, "originTeamId" = coalesce(submission."originTeamId", ${from.id}::uuid)
    FROM "Phase" phase
    WHERE submission."teamId" = ${from.id}::uuid AND phase.id = submission."phaseId" AND phase."closesAt" > ${now}
    RETURNING submission."phaseId"`;
  return moved.map(({ phaseId }) => phaseId);
}

/** What organizers hold stays held. */
async function moveHolds(tx: Transaction, from: LockedTeam, into: LockedTeam): Promise<void> {
  const moved = await tx.$queryRaw<{ challengeId: string }[]>`
    UPDATE "Hold" hold SET "teamId" = ${into.id}::uuid
    WHERE hold."teamId" = ${from.id}::uuid AND NOT EXISTS (
      SELECT FROM "Hold" other
      WHERE other."teamId" = ${into.id}::uuid AND other."challengeId" = hold."challengeId")
    RETURNING hold."challengeId"`;
  for (const { challengeId } of moved) await applyHolds(tx, challengeId);
}

/** If both teams are registered for a challenge, one registration remains. */
async function moveRegistrations(
  tx: Transaction,
  from: LockedTeam,
  into: LockedTeam,
  now: Date,
): Promise<void> {
  const running = { phases: { some: { closesAt: { gt: now } } } };
  const registered = await tx.registration.findMany({
    where: { teamId: from.id, challenge: running, state: { not: 'DECLINED' } },
    include: { challenge: { select: { registration: true } } },
  });
  const challengeIds = registered.map(({ challengeId }) => challengeId);
  const where = { teamId: from.id, challengeId: { in: challengeIds } };
  await tx.participation.updateMany({ where, data: { teamId: into.id } });
  const data = registered.map(({ challengeId, challenge, answers, state }) => ({
    ...{ challengeId, teamId: into.id, answers: answers as Prisma.InputJsonValue },
    // Organizers have admitted other people.
    state: challenge.registration === 'OPEN' ? state : ('PENDING' as const),
  }));
  await tx.registration.createMany({ data, skipDuplicates: true });
  // It stays where results of closed phases do.
  const hasNone = { phases: { none: { submissions: { some: { teamId: from.id } } } } };
  await tx.registration.deleteMany({ where: { ...where, challenge: hasNone } });
}

async function moveMembers(tx: Transaction, from: LockedTeam, into: LockedTeam): Promise<void> {
  const members = await tx.membership.findMany({ where: { teamId: from.id }, orderBy: { userId: 'asc' } });
  await tx.membership.createMany({
    data: members.map(({ userId, isShown }) => ({
      teamId: into.id,
      userId,
      isShown,
      role: 'MEMBER' as const,
    })),
    skipDuplicates: true,
  });
}

async function recordMerge(
  tx: Transaction,
  viewer: Viewer,
  { from, into, submissions }: { from: LockedTeam; into: LockedTeam; submissions: number },
): Promise<void> {
  const registrations = await tx.registration.findMany({ where: { teamId: { in: [from.id, into.id] } } });
  const challengeIds = new Set<string | null>(registrations.map(({ challengeId }) => challengeId));
  const detail = { team: from.slug, into: into.slug, submissions };
  for (const challengeId of challengeIds.size > 0 ? challengeIds : [null]) {
    await recordAudit(tx, viewer, 'team.merge', challengeId, detail);
  }
}
