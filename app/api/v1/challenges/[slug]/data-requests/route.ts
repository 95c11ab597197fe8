import { answer, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { listDataRequests } from '#lib/site/datasets/access/list-requests.ts';

export function GET(request: Request, context: { params: Promise<{ slug: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    const query = readQuery(request, ROUTES.listDataRequests);
    return json(ROUTES.listDataRequests, await listDataRequests(site, slug, query, viewer));
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.listDataRequests.path);
