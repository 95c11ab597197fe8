import { callSite } from '#cli/site/call-site.ts';
import type { AppliedDefinition, StoredDefinition } from '#lib/api/challenges/definitions.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';

/** Where a challenge is, and an organizer's token. */
export interface StoredChallenge {
  site: URL;
  token: string;
  slug: string;
}

/** The definition that a site has. Throws CommandError. */
export async function readStored({ site, token, slug }: StoredChallenge): Promise<StoredDefinition> {
  const route = ROUTES.readDefinition;
  const url = new URL(routeAddress(route, { slug }), site);
  return await callSite({ route, url, token });
}

/** Replaces it, or says what would change. Throws CommandError. */
export async function applyStored(
  { site, token, slug }: StoredChallenge,
  body: { definition: ChallengeDefinition; dryRun: boolean; version: string },
): Promise<AppliedDefinition> {
  const route = ROUTES.applyDefinition;
  const url = new URL(routeAddress(route, { slug }), site);
  return await callSite({ route, url, token, body });
}
