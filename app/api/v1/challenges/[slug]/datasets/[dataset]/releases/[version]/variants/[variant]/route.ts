import { answer, bodyOf, contentLength, idempotencyKey, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { uploadVariant } from '#lib/site/datasets/upload-variant.ts';

interface Context {
  params: Promise<{ slug: string; dataset: string; version: string; variant: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, ...place } = await context.params;
    const upload = { challenge, ...place, chunks: bodyOf(request), expectedBytes: contentLength(request) };
    const variant = await uploadVariant(site, upload, viewer, idempotencyKey(request));
    return json(ROUTES.uploadVariant, { variant });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.uploadVariant.path);
