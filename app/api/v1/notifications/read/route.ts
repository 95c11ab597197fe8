import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { markRead } from '#lib/site/notifications/list-notifications.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    return json(ROUTES.markNotificationsRead, await markRead(site, await readJson(request), viewer));
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.markNotificationsRead.path);
