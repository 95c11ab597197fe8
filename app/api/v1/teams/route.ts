import { answer, idempotencyKey, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { createTeam } from '#lib/site/teams/create-team.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const team = await createTeam(site, await readJson(request), viewer, idempotencyKey(request));
    return json(ROUTES.createTeam, { team });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.createTeam.path);
