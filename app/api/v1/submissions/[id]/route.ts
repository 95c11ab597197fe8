import { submissionView } from '#lib/server/submission-view.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json } from '../../../answer.ts';

export function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    return json(await submissionView(here, (await context.params).id, viewer));
  });
}
