import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { draftDataRequest, submitDataRequest } from '#lib/site/datasets/access/ask-for-data.ts';
import { readDataAccess } from '#lib/site/datasets/access/own-request.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    const access = await readDataAccess(site, { challenge, dataset }, viewer);
    return json(ROUTES.readDataRequest, { access });
  });
}

export function PUT(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    const access = await draftDataRequest(site, { challenge, dataset }, await readJson(request), viewer);
    return json(ROUTES.draftDataRequest, { access });
  });
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    const access = await submitDataRequest(site, { challenge, dataset }, await readJson(request), viewer);
    return json(ROUTES.submitDataRequest, { access });
  });
}

export const { PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readDataRequest.path);
