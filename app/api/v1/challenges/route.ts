import { answer, idempotencyKey, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { createChallenge } from '#lib/site/challenges/create-challenge.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const input = await readJson(request);
    const challenge = await createChallenge(site, input, viewer, idempotencyKey(request));
    return json(ROUTES.createChallenge, { challenge });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.createChallenge.path);
