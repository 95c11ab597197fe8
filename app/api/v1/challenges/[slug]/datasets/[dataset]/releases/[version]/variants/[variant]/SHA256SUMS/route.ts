import { answer } from '#app/api/answer.ts';
import { streamOf } from '#app/api/download.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { checksumLines } from '#lib/site/datasets/describe-release.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string; version: string; variant: string }>;
}

const route = ROUTES.listChecksums;

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await context.params;
    const lines = await checksumLines(site, { challenge, ...place }, viewer);
    const headers = {
      'content-type': `${route.response.type}; charset=utf-8`,
      'content-disposition': 'attachment; filename="SHA256SUMS"',
      'cache-control': 'private, no-cache',
    };
    const onError = (err: unknown) => site.log.error({ err }, 'a list of checksums broke off');
    return new Response(streamOf(lines, onError), { headers });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(route.path);
