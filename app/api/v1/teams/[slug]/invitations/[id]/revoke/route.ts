import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { revokeInvitation } from '#lib/site/teams/create-invitation.ts';

interface Context {
  params: Promise<{ slug: string; id: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, id } = await context.params;
    const team = await revokeInvitation(site, slug, id, viewer);
    return json(ROUTES.revokeInvitation, { team });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.revokeInvitation.path);
