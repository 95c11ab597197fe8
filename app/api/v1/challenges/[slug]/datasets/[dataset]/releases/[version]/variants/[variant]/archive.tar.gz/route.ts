import { answer, readQuery } from '#app/api/answer.ts';
import { sendOffer } from '#app/api/download.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { offerArchive } from '#lib/site/datasets/download.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string; version: string; variant: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await context.params;
    const { as: form } = readQuery(request, ROUTES.downloadRelease);
    const offer = await offerArchive(site, { challenge, ...place }, { form }, viewer);
    return sendOffer(request, offer, site.log);
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.downloadRelease.path);
