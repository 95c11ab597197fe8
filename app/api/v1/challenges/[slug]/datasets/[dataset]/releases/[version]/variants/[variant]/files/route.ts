import { answer, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { listReleaseFiles } from '#lib/site/datasets/read-datasets.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string; version: string; variant: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await context.params;
    const query = readQuery(request, ROUTES.listReleaseFiles);
    return json(
      ROUTES.listReleaseFiles,
      await listReleaseFiles(site, { challenge, ...place }, query, viewer),
    );
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.listReleaseFiles.path);
