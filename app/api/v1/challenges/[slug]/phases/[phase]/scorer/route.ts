import { answer, bodyOf, contentLength, idempotencyKey, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { importScorer } from '#lib/site/scorers/import-scorer.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug: challenge, phase } = await context.params;
    const query = readQuery(request, ROUTES.importScorer);
    const upload = {
      challenge,
      phase,
      ...query,
      chunks: bodyOf(request),
      expectedBytes: contentLength(request),
    };
    const scorer = await importScorer(site, upload, viewer, idempotencyKey(request));
    return json(ROUTES.importScorer, { scorer });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.importScorer.path);
