import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type Registration, registerTeamRequestSchema, registerTeamResponseSchema } from '#lib/api/teams.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorizeForTeam } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** Registers a team for a challenge. Registering it again changes nothing. */
export async function registerTeam(
  site: Site,
  challenge: string,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<Registration> {
  const { team } = parseInput(registerTeamRequestSchema, input);
  const {
    viewer: known,
    team: { id: teamId },
  } = authorizeForTeam('team.register', viewer, team);
  const { id: challengeId } = await findChallenge(site, challenge);
  const registration = { challenge, team };
  const creation = {
    userId: known.userId,
    key,
    operation: 'team.register',
    payload: registration,
    result: registerTeamResponseSchema.shape.registration,
  };
  const created = await createOnce(site, creation, async (tx) => {
    const { count } = await tx.registration.createMany({
      data: [{ challengeId, teamId }],
      skipDuplicates: true,
    });
    if (count > 0) await recordAudit(tx, known, 'team.register', challengeId, { team });
    return registration;
  });
  site.shared.forget();
  return created;
}
