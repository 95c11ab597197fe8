import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';

export function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    return json(ROUTES.readSubmission, await submissionView(site, (await context.params).id, viewer));
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readSubmission.path);
