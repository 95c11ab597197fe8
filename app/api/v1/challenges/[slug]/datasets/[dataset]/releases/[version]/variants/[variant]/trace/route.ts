import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { traceArchive } from '#lib/site/datasets/keys/trace.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string; version: string; variant: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await context.params;
    const input = await readJson(request);
    return json(ROUTES.traceArchive, await traceArchive(site, { challenge, ...place }, input, viewer));
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.traceArchive.path);
