import { answer, idempotencyKey, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';

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

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.registerTeam.path);
