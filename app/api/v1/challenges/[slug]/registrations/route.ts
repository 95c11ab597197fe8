import { answer, json, readJson } from '#app/api/answer.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';

export function POST(request: Request, context: { params: Promise<{ slug: string }> }): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { slug } = await context.params;
    return json({ registration: await registerTeam(here, slug, await readJson(request), viewer) }, 201);
  });
}
