import { createSubmission } from '#lib/server/create-submission.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json, readJson } from '../../answer.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { id } = await createSubmission(here, await readJson(request), viewer);
    const url = `${here.environment.origin}/submissions/${id}`;
    return json({ submission: { id, url } }, 201, { location: url });
  });
}
