import { answer, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { figuresView } from '#lib/site/figures/figures-view.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, phase } = await context.params;
    const query = readQuery(request, ROUTES.readFigures);
    return json(ROUTES.readFigures, await figuresView(site, slug, phase, viewer, query));
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readFigures.path);
