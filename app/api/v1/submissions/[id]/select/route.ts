import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { selectSubmission } from '#lib/site/submissions/select-submission.ts';

export function POST(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { id } = await context.params;
    await selectSubmission(site, id, viewer);
    return json(ROUTES.selectSubmission, { submission: { id } });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.selectSubmission.path);
