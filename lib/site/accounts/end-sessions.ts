import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

const inputSchema = z.strictObject({ id: z.uuid() });

/** Signs out one of the viewer's own browsers. A session of another user is treated like one that doesn't exist. */
export async function endOwnSession(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('session.end', viewer);
  const { id } = parseInput(inputSchema, input);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id, userId: known.userId } });
    if (count === 0)
      throw new DomainError('NOT_FOUND', 'You have no such session. It may already have ended.');
    await recordAudit(tx, known, 'session.end', null, { session: id });
  });
}

/** Signs out all of the viewer's browsers, including this one. API tokens keep working. */
export async function endAllSessions(site: Site, viewer: Viewer | null): Promise<void> {
  const known = authorize('session.end', viewer);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { userId: known.userId } });
    await recordAudit(tx, known, 'session.end', null, { sessions: count });
  });
}
