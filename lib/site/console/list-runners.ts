import type { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { listRunnersResponseSchema } from '#lib/api/runners.ts';
import type { ListQuery } from '#lib/api/values.ts';
import { authorize } from '#lib/site/authorization.ts';
import { readPage } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';

/** The runners whose keys a test set may be sealed to, by name. For organizers and administrators. */
export async function listRunners(
  { db }: Site,
  viewer: Viewer | null,
  query: ListQuery,
): Promise<z.input<typeof listRunnersResponseSchema>> {
  const organizes = viewer && (await db.organizer.count({ where: { userId: viewer.userId } })) > 0;
  authorize('runner.list', viewer, { organizesAny: Boolean(organizes) });
  const { rows, next } = await readPage(
    query,
    ({ cursor, limit }) =>
      db.runner.findMany({ where: { name: { gt: cursor ?? '' } }, orderBy: { name: 'asc' }, take: limit }),
    ({ name }) => name,
  );
  const runners = rows.map(({ name, recipient, lastSeenAt }) => ({
    name,
    recipient,
    lastSeenAt: lastSeenAt.toISOString(),
  }));
  return { runners, next };
}
