import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { listDatasets } from '#lib/site/datasets/read-datasets.ts';

interface Context {
  params: Promise<{ slug: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    return json(ROUTES.listDatasets, { datasets: await listDatasets(site, slug, viewer) });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.listDatasets.path);
