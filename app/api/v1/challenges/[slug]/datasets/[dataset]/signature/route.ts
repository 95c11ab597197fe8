import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { signTerms } from '#lib/site/datasets/access/sign-terms.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    const access = await signTerms(site, { challenge, dataset }, await readJson(request), viewer);
    return json(ROUTES.signTerms, { access });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.signTerms.path);
