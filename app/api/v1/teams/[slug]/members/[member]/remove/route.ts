import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { removeMember } from '#lib/site/teams/change-members.ts';

interface Context {
  params: Promise<{ slug: string; member: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, member } = await context.params;
    const team = await removeMember(site, { team: slug, member }, viewer);
    return json(ROUTES.removeMember, { team });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.removeMember.path);
