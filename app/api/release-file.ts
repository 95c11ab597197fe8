import { answer } from '#app/api/answer.ts';
import { publicFile } from '#app/api/public-file.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { ApiRoute } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import type { ReleasePlace } from '#lib/site/datasets/describe-release.ts';
import type { Site } from '#lib/site/site.ts';

export interface ReleaseContext {
  params: Promise<{ slug: string; dataset: string; version: string }>;
}

/** A file that describes a release. Errata, or a draft’s texts, can change it. */
export function releaseFile(
  request: Request,
  { params }: ReleaseContext,
  {
    route,
    name,
    write,
  }: {
    route: ApiRoute;
    name: string;
    write(site: Site, place: ReleasePlace, viewer: Viewer | null): Promise<string>;
  },
): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await params;
    return publicFile(route, await write(site, { challenge, ...place }, viewer), 'private, no-cache', name);
  });
}
