import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Audience } from './submissions/disclose-evaluation.ts';

/** The permission checks of the site. Every use case that isn’t public calls one of these functions. */

/** Throws NOT_SIGNED_IN. */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (!viewer) throw new DomainError('NOT_SIGNED_IN', 'Sign in first.');
  return viewer;
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

/** The audience that the viewer belongs to for a submission. */
export function audienceOf(
  { phase, teamId }: { phase: { challenge: Organized }; teamId: string },
  viewer: Viewer | null,
): Audience {
  if (isOrganizer(phase.challenge, viewer)) return 'organizer';
  return isTeamMember(teamId, viewer) ? 'team' : 'public';
}

export function isTeamMember(teamId: string, viewer: Viewer | null): boolean {
  return viewer?.teams.some(({ id }) => id === teamId) ?? false;
}
