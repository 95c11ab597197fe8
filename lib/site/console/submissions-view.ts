import type { SubmissionEntry, SubmissionsQuery, SubmissionsView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { may } from '#lib/site/authorization.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import { type PageWithPrevious, readPageWithPrevious } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { readConsoleSummary } from './console-summary.ts';
import { findAttempts } from './find-attempts.ts';
import { filteredPhases, findOrganized, listHead } from './organized-challenge.ts';

/** One page of the submissions of a challenge, for organizers. */
export async function submissionsView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: SubmissionsQuery,
): Promise<SubmissionsView> {
  const challenge = await findOrganized(site, slug, viewer);
  const [{ rows: submissions, ...links }, { counts, triage }] = await Promise.all([
    readSubmissionsPage(site, challenge, query),
    readConsoleSummary(site, challenge),
  ]);
  const codes = triage.map(({ code }) => code).sort();
  const viewerMay = { changeMany: may('submission.changeMany', viewer, { challenge }) };
  return { ...listHead(site, challenge), submissions, counts, codes, viewerMay, ...links };
}

export function readSubmissionsPage(
  { db }: Site,
  challenge: Challenge,
  query: SubmissionsQuery,
): Promise<PageWithPrevious<SubmissionEntry>> {
  const phases = filteredPhases(challenge, query.phase);
  return readPageWithPrevious(
    query,
    (slice) => findAttempts(db, phases, query, slice),
    ({ id }) => id,
  );
}
