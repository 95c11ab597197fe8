import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { ChangedTeam } from '#lib/api/teams/teams.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { type AuditAction, recordAudit } from '#lib/site/audit/audit.ts';
import { authorizeForLockedTeam, authorizeForTeam } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

/** A team whose members don't change until the transaction ends. */
export interface LockedTeam extends ChangedTeam {
  id: string;
  dissolvedAt: Date | null;
  /** The owner first, then by when they joined. None of a dissolved team. */
  members: { userId: string; name: string; role: 'OWNER' | 'MEMBER' }[];
}

/** Locks a team. Whoever changes its members, or creates a submission for it, waits. Throws NOT_FOUND. */
export async function lockTeam(tx: Transaction, slug: string): Promise<LockedTeam> {
  const [team] = await lockTeams(tx, [slug]);
  return team!;
}

/** Locks several teams, in the order of their IDs, so that two transactions never wait for each other. */
export async function lockTeams(tx: Transaction, slugs: readonly string[]): Promise<LockedTeam[]> {
  const rows = await tx.$queryRaw<Omit<LockedTeam, 'members'>[]>`
    SELECT id, slug, name, "dissolvedAt" FROM "Team" WHERE slug = ANY (${slugs}) ORDER BY id FOR NO KEY UPDATE`;
  const memberships = await tx.membership.findMany({
    where: { teamId: { in: rows.map(({ id }) => id) } },
    include: { user: { select: { name: true } } },
    orderBy: [{ role: 'asc' }, { createdAt: 'asc' }],
  });
  return slugs.map((slug) => {
    const row = rows.find((one) => one.slug === slug);
    if (!row) throw noTeam();
    const members = memberships.filter(({ teamId }) => teamId === row.id);
    return { ...row, members: members.map(({ userId, role, user }) => ({ userId, role, name: user.name })) };
  });
}

/**
 * For what members create in the name of their team: nobody dissolves or merges it until the transaction ends. Throws
 * CONFLICT.
 */
export async function requireActiveTeam(tx: Transaction, teamId: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Team" WHERE id = ${teamId}::uuid AND "dissolvedAt" IS NULL FOR SHARE`;
  if (rows.length === 0) throw dissolved();
}

export function noTeam(): DomainError {
  return new DomainError('NOT_FOUND', 'This team doesn’t exist.');
}

export function dissolved(): DomainError {
  return new DomainError('CONFLICT', 'This team has been dissolved. Nothing was changed.');
}

/** Requests for the same team wait for each other. */
export const TEAM_WAIT = { maxWait: 10_000, timeout: 20_000 };

/**
 * Runs a change of a locked team in a transaction, if the viewer may do it. Whether they are a member, and in which
 * role, is asked again under the lock.
 */
export async function changeTeam(
  { db }: Pick<Site, 'db'>,
  { action, slug, viewer }: { action: Action; slug: string; viewer: Viewer | null },
  change: (tx: Transaction, team: LockedTeam, viewer: Viewer) => Promise<void>,
): Promise<ChangedTeam> {
  const { viewer: known } = authorizeForTeam(action, viewer, slug);
  return db.$transaction(async (tx) => {
    const team = await lockTeam(tx, slug);
    await change(tx, team, authorizeForLockedTeam(action, known, team));
    return changedTeam(team);
  }, TEAM_WAIT);
}

export function changedTeam({ slug, name }: ChangedTeam): ChangedTeam {
  return { slug, name };
}

/** Records a change of a team, for the organizers of each challenge that it is registered for. */
export async function recordTeamAudit(
  tx: Transaction,
  viewer: Viewer,
  action: AuditAction,
  team: Pick<LockedTeam, 'id' | 'slug'>,
  detail: Record<string, string | number> = {},
): Promise<void> {
  const registrations = await tx.registration.findMany({
    where: { teamId: team.id },
    select: { challengeId: true },
  });
  const challenges = registrations.length > 0 ? registrations.map(({ challengeId }) => challengeId) : [null];
  for (const challengeId of challenges) {
    await recordAudit(tx, viewer, action, challengeId, { team: team.slug, ...detail });
  }
}
