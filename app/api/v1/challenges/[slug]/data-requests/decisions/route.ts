import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { decideDataRequests } from '#lib/site/datasets/access/decide-requests.ts';

export function POST(request: Request, context: { params: Promise<{ slug: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    const requests = await decideDataRequests(site, slug, await readJson(request), viewer);
    return json(ROUTES.decideDataRequests, { requests });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.decideDataRequests.path);
