import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { acceptInvitation } from '#lib/site/teams/accept-invitation.ts';

interface Context {
  params: Promise<{ token: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { token } = await context.params;
    const team = await acceptInvitation(site, token, viewer);
    return json(ROUTES.acceptInvitation, { team });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.acceptInvitation.path);
