import { answer, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { listNotifications } from '#lib/site/notifications/list-notifications.ts';

export function GET(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const query = readQuery(request, ROUTES.listNotifications);
    const { notifications, next, unread } = await listNotifications(site, query, viewer);
    return json(ROUTES.listNotifications, { notifications, next, unread });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.listNotifications.path);
