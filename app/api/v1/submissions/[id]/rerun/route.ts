import { answer, idempotencyKey, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { rerunSubmission } from '#lib/site/submissions/rerun-submission.ts';

export function POST(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { id } = await context.params;
    await rerunSubmission(site, id, viewer, idempotencyKey(request));
    return json(ROUTES.rerunSubmission, { submission: { id } });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.rerunSubmission.path);
