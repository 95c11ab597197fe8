import { rerunSubmission } from '#lib/server/rerun-submission.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json } from '../../../../answer.ts';

export function POST(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { id } = await context.params;
    await rerunSubmission(here, id, viewer);
    return json({ submission: { id } });
  });
}
