import type { ComputeQuery, ExportView } from '#lib/api/pages/organizer/export.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { filteredPhases, findOrganized, listHead } from '#lib/site/console/organized-challenge.ts';
import { readPage } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { readComputeOfTeams } from '#lib/site/submissions/read-compute.ts';

/** What can be downloaded, and the computing time that each team has used in each phase. For organizers. */
export async function exportView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: ComputeQuery,
): Promise<ExportView> {
  const challenge = await findOrganized(site, slug, viewer, 'challenge.exportAll');
  const phases = filteredPhases(challenge, query.phase);
  const { rows, next } = await readPage(
    query,
    ({ cursor, limit }) =>
      readComputeOfTeams(
        site.db,
        phases.map(({ id }) => id),
        { after: cursor, limit },
      ),
    ({ id }) => id,
  );
  const compute = rows.map(({ phaseId, ...row }) => {
    const { title, computeHours } = phases.find(({ id }) => id === phaseId)!;
    return { ...row, phaseTitle: title, budgetHours: computeHours };
  });
  return {
    ...listHead(site, challenge),
    ...{ compute, next },
    phases: challenge.phases.map((phase) => ({ slug: phase.slug, title: phase.title })),
  };
}
