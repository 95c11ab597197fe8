import { answer, idempotencyKey, json, readJson, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { publicAnnouncements } from '#lib/site/announcements/list-announcements.ts';
import { createAnnouncement } from '#lib/site/announcements/write-announcement.ts';

interface Context {
  params: Promise<{ slug: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    const query = readQuery(request, ROUTES.listAnnouncements);
    const { announcements, next } = await publicAnnouncements(site, slug, viewer, query);
    const shown = announcements.map(({ withdrawnAt: _, ...announcement }) => announcement);
    return json(ROUTES.listAnnouncements, { announcements: shown, next });
  });
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug } = await context.params;
    const written = await readJson(request);
    const announcement = await createAnnouncement(site, slug, written, viewer, idempotencyKey(request));
    return json(ROUTES.createAnnouncement, { announcement });
  });
}

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.listAnnouncements.path);
