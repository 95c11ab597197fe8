import { z } from 'zod';
import type { Viewer } from '#lib/domain/views.ts';
import { recordAudit } from './audit.ts';
import { findChallenge, requireMembership } from './find-challenge.ts';
import { parseInput } from './parse-input.ts';
import type { Site } from './site.ts';
import { requireViewer } from './viewer.ts';

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
