import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { RunnerSummary } from '#lib/api/runners.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { requireViewer } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

/** The runners whose keys a test set may be sealed to, last seen first. For organizers and administrators. */
export async function listRunners({ db }: Site, viewer: Viewer | null): Promise<RunnerSummary[]> {
  const { userId, isAdmin } = requireViewer(viewer);
  if (!isAdmin && (await db.organizer.count({ where: { userId } })) === 0) {
    throw new DomainError('FORBIDDEN', 'Only organizers and administrators can see the runners.');
  }
  const rows = await db.runner.findMany({ orderBy: { lastSeenAt: 'desc' } });
  return rows.map(({ name, recipient, lastSeenAt }) => ({
    name,
    recipient,
    lastSeenAt: lastSeenAt.toISOString(),
  }));
}
