import type { Viewer } from '#lib/api/pages/viewer.ts';
import { releasePersonRequestSchema } from '#lib/api/registrations.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * Lets somebody who has left a team that had submitted enter the challenge with another team, for organizers. Without
 * it, a person stays bound to that team, so that nobody uses the quota of one team after the other. Throws NOT_FOUND and
 * CONFLICT.
 */
export async function releasePerson(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<{ name: string; team: string }> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('registration.release', viewer, { challenge });
  const { email, reason } = parseInput(releasePersonRequestSchema, input);
  return site.db.$transaction(async (tx) => {
    const bound = await tx.participation.findFirst({
      where: { challengeId: challenge.id, user: { email } },
      include: {
        user: { select: { name: true } },
        team: { select: { name: true, slug: true } },
      },
    });
    // The same for an address without an account.
    if (!bound) {
      const message = 'Nobody with this address is bound to a team in this challenge. Nothing was changed.';
      throw new DomainError('NOT_FOUND', message, { email: message });
    }
    const { userId, teamId, user, team } = bound;
    // Locked, so that they don't join again meanwhile.
    await tx.$queryRaw`SELECT 1 FROM "Team" WHERE id = ${teamId}::uuid FOR NO KEY UPDATE`;
    if ((await tx.membership.count({ where: { userId, teamId } })) > 0) {
      const message = `${user.name} is a member of ${team.name}, which takes part. They must leave that team first.`;
      throw new DomainError('CONFLICT', message, { email: message });
    }
    await tx.participation.deleteMany({ where: { challengeId: challenge.id, userId, teamId } });
    const detail = { person: user.name, team: team.slug, reason };
    await recordAudit(tx, organizer, 'registration.release', challenge.id, detail);
    return { name: user.name, team: team.name };
  });
}
