import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { readInvitation } from '#lib/site/teams/accept-invitation.ts';

export function GET(request: Request, context: { params: Promise<{ token: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { token } = await context.params;
    return json(ROUTES.readInvitation, { invitation: await readInvitation(site, token, viewer) });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readInvitation.path);
