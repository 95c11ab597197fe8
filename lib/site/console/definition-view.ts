import type { DefinitionView } from '#lib/api/pages/organizer/definition.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { definitionOf, versionOf } from '#lib/site/challenges/definition.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { logoOf } from '#lib/site/challenges/logo.ts';
import type { Site } from '#lib/site/site.ts';
import { listHead } from './organized-challenge.ts';

/** The definition of a challenge as it is now, with what locks parts of it. Throws NOT_FOUND, NOT_SIGNED_IN, FORBIDDEN. */
export async function definitionView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<DefinitionView> {
  const challenge = await findChallenge(site, slug, viewer);
  authorize('challenge.readDefinition', viewer, { challenge });
  const counts = await site.db.submission.groupBy({
    by: ['phaseId'],
    where: { phaseId: { in: challenge.phases.map(({ id }) => id) } },
    _count: true,
  });
  const submissions = challenge.phases.map((phase) => [
    phase.slug,
    counts.find(({ phaseId }) => phaseId === phase.id)?._count ?? 0,
  ]);
  const definition = definitionOf(challenge);
  return {
    ...listHead(site, challenge),
    ...{ definition, version: versionOf(definition), logo: logoOf(challenge) },
    submissions: Object.fromEntries(submissions),
    viewerMayEdit: may('challenge.edit', viewer, { challenge }),
  };
}
