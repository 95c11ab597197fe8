import { cache } from 'react';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { site } from '#lib/site/site.ts';

/** The challenge as this viewer may see it. Cached per request, because page and metadata both need it. */
export const readChallenge = cache(async (slug: string) => {
  const viewer = await currentViewer();
  const challenge = await orPage(challengeView(site(), slug, viewer), `/challenges/${slug}`);
  return { challenge, viewer };
});
