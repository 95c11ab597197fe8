import { answer, bodyOf, contentLength, idempotencyKey, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { importTestSet } from '#lib/site/test-sets/import-test-set.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, phase } = await context.params;
    const upload = { challenge, phase, chunks: bodyOf(request), expectedBytes: contentLength(request) };
    const testSet = await importTestSet(site, upload, viewer, idempotencyKey(request));
    return json(ROUTES.importTestSet, { testSet });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.importTestSet.path);
