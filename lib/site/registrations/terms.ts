import type { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { acceptTermsRequestSchema } from '#lib/api/registrations.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorizeForLockedTeam, authorizeForTeam } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { lockTeam, TEAM_WAIT } from '#lib/site/teams/team-lock.ts';

/**
 * The terms of a challenge. Each text is a version of its own, and a team accepts the current one when it registers and
 * before its next submission after a change. Who accepted which version, and when, is kept for good.
 */

interface Terms {
  id: string;
  terms: string | null;
  termsVersion: number;
}

/** Keeps a text as the next version, in the transaction that changes the challenge. */
export async function storeTerms(
  tx: Transaction,
  { id: challengeId, terms: before, termsVersion }: Terms,
  text: string | null,
): Promise<void> {
  if (text === null || text === before) return;
  const version = termsVersion + 1;
  await tx.challengeTerms.create({ data: { challengeId, version, text } });
  await tx.challenge.update({ where: { id: challengeId }, data: { termsVersion: version } });
}

/** Whether a team has accepted the terms as they are now, or there are none. */
export async function hasAcceptedTerms(
  db: Transaction,
  { id: challengeId, terms, termsVersion: version }: Terms,
  teamId: string,
): Promise<boolean> {
  if (terms === null) return true;
  return (await db.termsAcceptance.count({ where: { challengeId, version, teamId } })) > 0;
}

/** Throws TERMS_NOT_ACCEPTED. */
export async function requireTermsAccepted(
  db: Transaction,
  challengeId: string,
  teamId: string,
): Promise<void> {
  const select = { id: true, slug: true, terms: true, termsVersion: true };
  const challenge = await db.challenge.findUniqueOrThrow({ where: { id: challengeId }, select });
  if (await hasAcceptedTerms(db, challenge, teamId)) return;
  throw new DomainError(
    'TERMS_NOT_ACCEPTED',
    `Your team hasn’t accepted the current terms of this challenge. Nothing was submitted. Read and accept them at /challenges/${challenge.slug}/submit.`,
  );
}

/** The version that the form showed must be the current one. Throws INVALID for the field `terms`. */
export function requireCurrentTerms({ terms, termsVersion }: Terms, accepted: number | null): void {
  if (terms === null || accepted === termsVersion) return;
  const message =
    accepted === null
      ? 'Accept the terms of the challenge to take part.'
      : 'The terms have changed in the meantime. Read them again, and accept them.';
  throw new DomainError('INVALID', message, { terms: message });
}

export async function recordAcceptance(
  tx: Transaction,
  { id: challengeId, terms, termsVersion: version }: Terms,
  { teamId, userId }: { teamId: string; userId: string },
): Promise<void> {
  if (terms === null) return;
  const data = [{ challengeId, version, teamId, userId }];
  await tx.termsAcceptance.createMany({ data, skipDuplicates: true });
}

/** Accepts the current terms for a team, by any of its members. Accepting them again changes nothing. */
export async function acceptTerms(
  site: Site,
  slug: string,
  input: z.input<typeof acceptTermsRequestSchema>,
  viewer: Viewer | null,
): Promise<void> {
  const { team, terms } = parseInput(acceptTermsRequestSchema, input);
  const { viewer: known } = authorizeForTeam('team.acceptTerms', viewer, team);
  const challenge = await findChallenge(site, slug, viewer);
  requireCurrentTerms(challenge, terms);
  await site.db.$transaction(async (tx) => {
    const locked = await lockTeam(tx, team);
    authorizeForLockedTeam('team.acceptTerms', known, locked);
    if (await hasAcceptedTerms(tx, challenge, locked.id)) return;
    await recordAcceptance(tx, challenge, { teamId: locked.id, userId: known.userId });
    const detail = { team: locked.slug, version: challenge.termsVersion };
    await recordAudit(tx, known, 'team.acceptTerms', challenge.id, detail);
  }, TEAM_WAIT);
  site.shared.forget();
}
