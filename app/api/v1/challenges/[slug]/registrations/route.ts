import { answer, idempotencyKey, json, readJson, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { listRegistrations } from '#lib/site/registrations/list-registrations.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';

export function GET(request: Request, context: { params: Promise<{ slug: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    const query = readQuery(request, ROUTES.listRegistrations);
    return json(ROUTES.listRegistrations, await listRegistrations(site, slug, query, viewer));
  });
}

export function POST(request: Request, context: { params: Promise<{ slug: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    const registration = await registerTeam(
      site,
      slug,
      await readJson(request),
      viewer,
      idempotencyKey(request),
    );
    return json(ROUTES.registerTeam, { registration });
  });
}

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.registerTeam.path);
