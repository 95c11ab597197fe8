import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type Registration, registerTeamRequestSchema } from '#lib/api/teams.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { requireMembership, requireViewer } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** Registers a team for a challenge. Registering it again changes nothing. */
export async function registerTeam(
  site: Site,
  challenge: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<Registration> {
  const known = requireViewer(viewer);
  const { team } = parseInput(registerTeamRequestSchema, input);
  const { id: teamId } = requireMembership(known, team);
  const { id: challengeId } = await findChallenge(site, challenge);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.registration.createMany({
      data: [{ challengeId, teamId }],
      skipDuplicates: true,
    });
    if (count > 0) await recordAudit(tx, known, 'team.register', challengeId, { team });
  });
  return { challenge, team };
}
