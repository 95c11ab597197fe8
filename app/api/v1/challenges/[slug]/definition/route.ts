import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { applyDefinition, readDefinition } from '#lib/site/challenges/edit-challenge.ts';

interface Context {
  params: Promise<{ slug: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    return json(ROUTES.readDefinition, await readDefinition(site, slug, viewer));
  });
}

export function PUT(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    return json(ROUTES.applyDefinition, await applyDefinition(site, slug, await readJson(request), viewer));
  });
}

export const { POST, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.applyDefinition.path);
