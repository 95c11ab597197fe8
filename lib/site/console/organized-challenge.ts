import type { QueueView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';

/** A challenge that the viewer organizes. Throws NOT_FOUND, NOT_SIGNED_IN, FORBIDDEN. */
export async function findOrganized(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  action: Action = 'console.read',
): Promise<Challenge> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize(action, viewer, { challenge });
  return challenge;
}

/** The phase of a filter, or all phases without one that the challenge has. */
export function filteredPhases({ phases }: Challenge, slug: string | undefined): Challenge['phases'] {
  const chosen = phases.filter((phase) => phase.slug === slug);
  return chosen.length > 0 ? chosen : phases;
}

/** What every page of the console shows above its list. */
export function listHead(
  site: Site,
  { slug, title, synthetic, visibility }: Challenge,
): Pick<QueueView, 'challenge' | 'asOf'> {
  return {
    challenge: { slug, title, synthetic, visibility, viewerOrganizes: true },
    asOf: site.now().toISOString(),
  };
}
