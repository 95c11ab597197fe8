import type { Viewer } from '#lib/api/pages/viewer.ts';
import { createTeamRequestSchema, createTeamResponseSchema, type NewTeam } from '#lib/api/teams/teams.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { MAX_OWNED_TEAMS } from '#lib/domain/teams/limits.ts';
import { teamSkeleton } from '#lib/domain/teams/skeleton.ts';
import { teamSlug } from '#lib/domain/teams/team-name.ts';
import { isUniqueViolation, type Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** Creates a team with the viewer as its owner. `key` is the request’s idempotency key. */
export async function createTeam(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<NewTeam> {
  const known = authorize('team.create', viewer);
  const { userId } = known;
  const { name } = parseInput(createTeamRequestSchema, input);
  const slug = teamSlug(name);
  if (slug.length < 2) {
    const message = 'Enter a name with at least two letters or digits.';
    throw new DomainError('INVALID', message, { name: message });
  }
  const result = createTeamResponseSchema.shape.team;
  const creation = { userId, key, operation: 'team.create', payload: { name }, result };
  try {
    return await createOnce(site, creation, async (tx) => {
      await requireFewTeams(tx, userId);
      const members = { create: { userId, role: 'OWNER' as const } };
      const team = await tx.team.create({ data: { slug, name, skeleton: teamSkeleton(name), members } });
      await recordAudit(tx, known, 'team.create', null, { team: team.slug }, { after: { name } });
      return { id: team.id, slug: team.slug, name: team.name };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError(
      'CONFLICT',
      'A team with this name or one that looks like it already exists. Choose another name.',
      {
        name: 'Choose another name.',
      },
    );
  }
}

async function requireFewTeams(tx: Transaction, userId: string): Promise<void> {
  await lockUntilCommit(tx, `teams of ${userId}`);
  if ((await tx.membership.count({ where: { userId, role: 'OWNER' } })) < MAX_OWNED_TEAMS) return;
  throw new DomainError(
    'CONFLICT',
    `You already own ${MAX_OWNED_TEAMS} teams, which is the maximum. Submit with one of them.`,
  );
}
