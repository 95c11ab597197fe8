import { createTeam } from '#lib/server/create-team.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json, readJson } from '../../answer.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    return json({ team: await createTeam(here, await readJson(request), viewer) }, 201);
  });
}
