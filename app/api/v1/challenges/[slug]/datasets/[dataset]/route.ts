import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { describeDataset } from '#lib/site/datasets/edit-dataset.ts';
import { readDataset } from '#lib/site/datasets/read-datasets.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    return json(ROUTES.readDataset, { dataset: await readDataset(site, { challenge, dataset }, viewer) });
  });
}

export function PUT(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset: name } = await context.params;
    const place = { challenge, dataset: name };
    const dataset = await describeDataset(site, place, await readJson(request), viewer);
    return json(ROUTES.describeDataset, { dataset });
  });
}

export const { POST, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readDataset.path);
