import { answer, idempotencyKey, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { askToJoin } from '#lib/site/teams/join-requests.ts';

export function POST(request: Request, context: { params: Promise<{ slug: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    const input = await readJson(request);
    const joining = await askToJoin(site, slug, input, viewer, idempotencyKey(request));
    return json(ROUTES.askToJoin, { request: joining });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.askToJoin.path);
