import type { ChallengeSummary } from '#lib/api/challenges.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { summarizeChallenge } from './challenge-view.ts';
import { readSharedChallenges } from './find-challenge.ts';

/** All challenges, newest first. Public. */
export async function listChallenges(site: Site, viewer: Viewer | null): Promise<ChallengeSummary[]> {
  authorize('site.visit', viewer);
  const challenges = await readSharedChallenges(site);
  return Promise.all(challenges.map((challenge) => summarizeChallenge(site, challenge)));
}
