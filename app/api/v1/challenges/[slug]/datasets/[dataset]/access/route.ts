import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { changeAccessSettings, readAccessSettings } from '#lib/site/datasets/access/access-settings.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    const settings = await readAccessSettings(site, { challenge, dataset }, viewer);
    return json(ROUTES.readAccessSettings, { settings });
  });
}

export function PUT(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, dataset } = await context.params;
    const settings = await changeAccessSettings(
      site,
      { challenge, dataset },
      await readJson(request),
      viewer,
    );
    return json(ROUTES.changeAccessSettings, { settings });
  });
}

export const { POST, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readAccessSettings.path);
