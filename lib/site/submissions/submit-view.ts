import type { SubmitView } from '#lib/api/pages/submit.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { phaseRules, phaseSummary, quotaView } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import { readQuota } from './read-quota.ts';
import { readUploadedArchives } from './uploaded-archives.ts';

/** The form offers the latest archives; the API lists all, and takes older ones by ID. */
const ARCHIVES_OFFERED = { limit: 20 };

/** The data of the submit page. A visitor sees the rules but no teams. */
export async function submitView(site: Site, slug: string, viewer: Viewer | null): Promise<SubmitView> {
  const challenge = await findChallenge(site, slug);
  const now = site.now();
  const teams = viewer?.teams ?? [];
  const registrations = await site.db.registration.findMany({
    where: { challengeId: challenge.id, teamId: { in: teams.map(({ id }) => id) } },
  });
  const registered = new Set(registrations.map(({ teamId }) => teamId));
  const quotas: SubmitView['quotas'] = {};
  const archives: SubmitView['archives'] = {};
  for (const team of teams) {
    const ofTeam = challenge.phases.map(async (phase) => {
      const quota = await readQuota(site.db, phase, team.id, now);
      return [phase.slug, quotaView(quota)] as const;
    });
    quotas[team.slug] = Object.fromEntries(await Promise.all(ofTeam));
    const [image, model] = await Promise.all([
      readUploadedArchives(site.db, 'image', team.id, ARCHIVES_OFFERED),
      readUploadedArchives(site.db, 'model', team.id, ARCHIVES_OFFERED),
    ]);
    archives[team.slug] = { image: image.archives, model: model.archives };
  }
  return {
    challengeSlug: challenge.slug,
    challengeTitle: challenge.title,
    synthetic: challenge.synthetic,
    phases: challenge.phases.map((phase) => phaseSummary(phase, now)),
    rules: challenge.phases.map(phaseRules),
    quotas,
    teams: teams.map(({ id, slug: teamSlug, name }) => ({
      slug: teamSlug,
      name,
      registered: registered.has(id),
    })),
    archives,
  };
}
