import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { describeRelease } from '#lib/site/datasets/edit-dataset.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string; version: string }>;
}

export function PUT(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await context.params;
    const dataset = await describeRelease(site, { challenge, ...place }, await readJson(request), viewer);
    return json(ROUTES.describeRelease, { dataset });
  });
}

export const { GET, POST, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.describeRelease.path);
