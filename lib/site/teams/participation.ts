import { DomainError } from '#lib/domain/errors.ts';
import { type AddressRules, admissionOf } from '#lib/domain/registrations/addresses.ts';
import { type EnteredChallenge, sizeProblem } from '#lib/domain/teams/limits.ts';
import { isUniqueViolation, type Transaction } from '#lib/platform/database.ts';
import type { LockedTeam } from './team-lock.ts';

/**
 * Who takes part in which challenge with which team. The table Participation allows a person one team per challenge;
 * triggers write it. What is checked here says in words what the table would refuse.
 */

/** The challenges that a team is registered for and that aren’t over. */
export function findRunningChallenges(
  tx: Transaction,
  teamIds: readonly string[],
  now: Date,
): Promise<(EnteredChallenge & AddressRules & { id: string })[]> {
  return tx.challenge.findMany({
    where: {
      registrations: { some: { teamId: { in: [...teamIds] }, state: { not: 'DECLINED' } } },
      phases: { some: { closesAt: { gt: now } } },
    },
    select: {
      ...{ id: true, title: true, maxTeamSize: true },
      ...{ registration: true, allowedAddresses: true, deniedAddresses: true },
    },
    orderBy: { createdAt: 'asc' },
  });
}

/** Throws CONFLICT if the team is too large for one of the challenges. */
export function requireSize(size: number, challenges: readonly EnteredChallenge[]): void {
  const problem = sizeProblem(size, challenges);
  if (problem) throw new DomainError('CONFLICT', `${problem} Nothing was changed.`);
}

/** Throws CONFLICT if one of these people takes part in one of the challenges with a team other than these. */
export async function requireFreeToEnter(
  tx: Transaction,
  {
    userIds,
    challengeIds,
    teamIds,
    viewerId,
  }: {
    userIds: readonly string[];
    challengeIds: readonly string[];
    /** The teams of this change. */
    teamIds: readonly string[];
    /** Who reads the message. */
    viewerId: string;
  },
): Promise<void> {
  const found = await tx.participation.findFirst({
    where: {
      userId: { in: [...userIds] },
      challengeId: { in: [...challengeIds] },
      teamId: { notIn: [...teamIds] },
    },
    include: {
      user: { select: { name: true } },
      challenge: { select: { title: true } },
      team: { select: { name: true } },
    },
  });
  if (!found) return;
  const { user, challenge, team, userId } = found;
  if (userId === viewerId) {
    throw new DomainError(
      'CONFLICT',
      `You take part in “${challenge.title}” with the team ${team.name}, and each person enters a challenge with one team. Leave ${team.name} if it hasn’t submitted anything to it, or merge the two teams.`,
    );
  }
  throw new DomainError(
    'CONFLICT',
    `${user.name} takes part in “${challenge.title}” with another team, and each person enters a challenge with one team.`,
  );
}

/**
 * What becomes of these people's registration for the challenges, by their addresses: whether organizers must decide.
 * Throws CONFLICT for an address that a challenge doesn't admit.
 */
export async function requireAdmission(
  tx: Transaction,
  {
    userIds,
    challenges,
    viewerId,
  }: {
    userIds: readonly string[];
    challenges: readonly (AddressRules & { title: string })[];
    /** Who reads the message. */
    viewerId: string;
  },
): Promise<'APPROVED' | 'PENDING'> {
  const where = { id: { in: [...userIds] } };
  const people = await tx.user.findMany({ where, select: { id: true, name: true, email: true } });
  let strictest: 'APPROVED' | 'PENDING' = 'APPROVED';
  for (const challenge of challenges) {
    for (const { id, name, email } of people) {
      const admission = admissionOf(challenge, email);
      if (admission === 'PENDING') strictest = 'PENDING';
      if (admission !== 'REFUSED') continue;
      const whose = id === viewerId ? 'Your email address' : `The email address of ${name}`;
      throw new DomainError(
        'CONFLICT',
        `${whose} isn’t admitted to “${challenge.title}”. Ask its organizers, or use an account with another address.`,
      );
    }
  }
  return strictest;
}

/** Adds a member to a locked team. Adding them again changes nothing; returns whether they were added. */
export async function addMember(
  tx: Transaction,
  team: LockedTeam,
  { userId, viewerId, now }: { userId: string; viewerId: string; now: Date },
): Promise<boolean> {
  if (team.members.some((member) => member.userId === userId)) return false;
  const challenges = await findRunningChallenges(tx, [team.id], now);
  requireSize(team.members.length + 1, challenges);
  const challengeIds = challenges.map(({ id }) => id);
  await requireFreeToEnter(tx, { userIds: [userId], challengeIds, teamIds: [team.id], viewerId });
  await requireAdmission(tx, { userIds: [userId], challenges, viewerId });
  await tx.membership.create({ data: { teamId: team.id, userId, role: 'MEMBER' } });
  await tx.joinRequest.updateMany({
    where: { teamId: team.id, userId, state: 'PENDING' },
    data: { state: 'ACCEPTED', decidedAt: now },
  });
  return true;
}

/** The person who submits takes part with this team from now on. Throws CONFLICT. */
export async function requireParticipation(
  tx: Transaction,
  { challengeId, userId, teamId }: { challengeId: string; userId: string; teamId: string },
): Promise<void> {
  await tx.participation.createMany({ data: [{ challengeId, userId, teamId }], skipDuplicates: true });
  await requireFreeToEnter(tx, {
    userIds: [userId],
    challengeIds: [challengeId],
    teamIds: [teamId],
    viewerId: userId,
  });
}

/** Two changes at the same moment may both pass the check; the table refuses the second. */
export async function orOneTeam<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError(
      'CONFLICT',
      'A member takes part in the challenge with another team, and each person enters a challenge with one team. Nothing was changed.',
    );
  }
}
