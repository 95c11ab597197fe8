import type { ChallengeSummary } from '#lib/api/challenges.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { summarizeChallenge } from './challenge-view.ts';
import { readSharedChallenges } from './find-challenge.ts';

/** The public challenges and those that the viewer organizes, newest first. */
export async function listChallenges(site: Site, viewer: Viewer | null): Promise<ChallengeSummary[]> {
  authorize('site.visit', viewer);
  const all = await readSharedChallenges(site);
  const challenges = all.filter(
    (challenge) => challenge.visibility === 'PUBLIC' || may('console.read', viewer, { challenge }),
  );
  return Promise.all(challenges.map((challenge) => summarizeChallenge(site, challenge)));
}

/** The same for the front page. */
export async function challengesView(
  site: Site,
  viewer: Viewer | null,
): Promise<{ challenges: ChallengeSummary[]; viewerMayCreate: boolean }> {
  const challenges = await listChallenges(site, viewer);
  return { challenges, viewerMayCreate: may('challenge.create', viewer) };
}
