import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { withdrawDataRequest } from '#lib/site/datasets/access/ask-for-data.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    const access = await withdrawDataRequest(site, { challenge, dataset }, viewer);
    return json(ROUTES.withdrawDataRequest, { access });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.withdrawDataRequest.path);
