import { listRunners } from '#lib/server/list-runners.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json } from '../../answer.ts';

export function GET(request: Request): Promise<Response> {
  return answer(request, async (here) => json(await listRunners(here, await requestViewer(here, request))));
}
