import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  type Registration,
  registerTeamRequestSchema,
  registerTeamResponseSchema,
} from '#lib/api/teams/teams.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorizeForLockedTeam, authorizeForTeam } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { orOneTeam, requireFreeToEnter, requireSize } from '#lib/site/teams/participation.ts';
import { lockTeam } from '#lib/site/teams/team-lock.ts';

/** Registers a team for a challenge. Registering it again changes nothing. */
export async function registerTeam(
  site: Site,
  challenge: string,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<Registration> {
  const { team } = parseInput(registerTeamRequestSchema, input);
  const { viewer: known } = authorizeForTeam('team.register', viewer, team);
  const { id: challengeId, title, maxTeamSize } = await findChallenge(site, challenge);
  const registration = { challenge, team };
  const creation = {
    userId: known.userId,
    key,
    operation: 'team.register',
    payload: registration,
    result: registerTeamResponseSchema.shape.registration,
  };
  const creating = createOnce(site, creation, async (tx) => {
    const locked = await lockTeam(tx, team);
    authorizeForLockedTeam('team.register', known, locked);
    const { id: teamId } = locked;
    const where = { challengeId_teamId: { challengeId, teamId } };
    if (await tx.registration.findUnique({ where })) return registration;
    requireSize(locked.members.length, [{ title, maxTeamSize }]);
    const userIds = locked.members.map((member) => member.userId);
    const teamIds = [teamId];
    await requireFreeToEnter(tx, { userIds, challengeIds: [challengeId], teamIds, viewerId: known.userId });
    await tx.registration.create({ data: { challengeId, teamId } });
    await recordAudit(tx, known, 'team.register', challengeId, { team });
    return registration;
  });
  const created = await orOneTeam(creating);
  site.shared.forget();
  return created;
}
