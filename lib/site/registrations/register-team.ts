import { z } from 'zod';
import type { Viewer } from '#lib/api/views.ts';
import { requireViewer } from '#lib/site/accounts/viewer.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { findChallenge, requireMembership } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

const registrationSchema = z.strictObject({ challenge: z.string(), team: z.string() });

/** Enters a team into a challenge; a second time changes nothing. */
export async function registerTeam(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = requireViewer(viewer);
  const names = parseInput(registrationSchema, input);
  const { id: teamId, slug } = requireMembership(known, names.team);
  const { id: challengeId } = await findChallenge(site, names.challenge);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.registration.createMany({
      data: [{ challengeId, teamId }],
      skipDuplicates: true,
    });
    if (count > 0) await recordAudit(tx, known, 'team.register', challengeId, { team: slug });
  });
}
