import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { requireViewer } from '#lib/site/accounts/viewer.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import { type PhaseWithTestSet, withTestSet } from './phase-view.ts';

const include = {
  phases: { orderBy: { position: 'asc' }, include: withTestSet },
  organizers: { include: { user: { select: { name: true } } } },
  _count: { select: { registrations: true } },
} satisfies Prisma.ChallengeInclude;

export type Challenge = ReturnType<typeof challengeFromRow>;

function challengeFromRow(row: Prisma.ChallengeGetPayload<{ include: typeof include }>) {
  return { ...row, phases: row.phases.map((phase) => phaseFromRow(phase)) };
}

/** Throws NOT_FOUND. */
export async function findChallenge({ db }: Pick<Site, 'db'>, slug: string): Promise<Challenge> {
  const row = await db.challenge.findUnique({ where: { slug }, include });
  if (!row) throw new DomainError('NOT_FOUND', 'This challenge doesn’t exist.');
  return challengeFromRow(row);
}

/** All challenges, newest first. */
export async function findChallenges({ db }: Pick<Site, 'db'>): Promise<Challenge[]> {
  const rows = await db.challenge.findMany({ include, orderBy: { createdAt: 'desc' } });
  return rows.map(challengeFromRow);
}

/** Throws NOT_FOUND. */
export function findPhase(challenge: Challenge, slug: string): PhaseWithTestSet {
  const phase = challenge.phases.find((candidate) => candidate.slug === slug);
  if (!phase) throw new DomainError('NOT_FOUND', 'This phase doesn’t exist.');
  return phase;
}

interface Organized {
  organizers: readonly { userId: string }[];
}

/** Whether the viewer is an organizer or an administrator, who may do the same. */
export function isOrganizer(challenge: Organized, viewer: Viewer | null): boolean {
  if (!viewer) return false;
  return viewer.isAdmin || challenge.organizers.some(({ userId }) => userId === viewer.userId);
}

export function requireOrganizer(challenge: Organized, viewer: Viewer | null): Viewer {
  const known = requireViewer(viewer);
  if (isOrganizer(challenge, known)) return known;
  throw new DomainError('FORBIDDEN', 'Only the organizers of this challenge can do this.');
}

export function requireAdministrator(viewer: Viewer | null): Viewer {
  const known = requireViewer(viewer);
  if (known.isAdmin) return known;
  throw new DomainError('FORBIDDEN', 'Only administrators can do this.');
}

/** One of the viewer’s teams, by slug. Doesn’t reveal whether another team with this slug exists. */
export function requireMembership(viewer: Viewer | null, slug: string): Viewer['teams'][number] {
  const team = requireViewer(viewer).teams.find((candidate) => candidate.slug === slug);
  if (!team) throw new DomainError('FORBIDDEN', 'You aren’t a member of this team.');
  return team;
}
