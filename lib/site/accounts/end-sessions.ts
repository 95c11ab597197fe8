import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

const inputSchema = z.strictObject({ id: z.uuid() });

/** Signs out one of the viewer's own browsers. A session of another user is treated like one that doesn't exist. */
export async function endOwnSession(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const { userId } = authorize('session.end', viewer);
  const { id } = parseInput(inputSchema, input);
  const { count } = await site.db.session.deleteMany({ where: { id, userId } });
  if (count === 0) throw new DomainError('NOT_FOUND', 'You have no such session. It may already have ended.');
}

/** Signs out all of the viewer's browsers, including this one. API tokens keep working. */
export async function endAllSessions(site: Site, viewer: Viewer | null): Promise<void> {
  const { userId } = authorize('session.end', viewer);
  await site.db.session.deleteMany({ where: { userId } });
}
