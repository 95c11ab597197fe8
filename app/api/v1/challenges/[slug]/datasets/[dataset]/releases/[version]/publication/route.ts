import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { publishRelease } from '#lib/site/datasets/edit-dataset.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string; version: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await context.params;
    return json(ROUTES.publishRelease, {
      dataset: await publishRelease(site, { challenge, ...place }, viewer),
    });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.publishRelease.path);
