import type { Database } from '#lib/platform/database.ts';
import { keepRehearsal, lockRehearsal, type RehearsingSite, removeRehearsal } from './end-rehearsal.ts';

/** The others follow with the next call. */
const MAX_AT_ONCE = 200;

/**
 * Ends the rehearsals of phases that have opened: each submission becomes a baseline or is removed, as its phase says; failed
 * and cancelled ones are removed in any case. Several processes may do this at the same time and after a crash again,
 * because each submission is decided about under its lock. Until then, nobody but organizers sees it.
 */
export async function openRehearsals(site: RehearsingSite & { db: Database }): Promise<void> {
  const due = await site.db.submission.findMany({
    where: { standing: 'REHEARSAL', phase: { opensAt: { lte: site.now() } } },
    select: { id: true },
    orderBy: { id: 'asc' },
    take: MAX_AT_ONCE,
  });
  const failed: unknown[] = [];
  for (const { id } of due) {
    try {
      await endOne(site, id);
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) {
    throw new AggregateError(failed, `Rehearsals not ended: ${failed.map(String).join('; ')}`);
  }
}

async function endOne(site: RehearsingSite & { db: Database }, id: string): Promise<void> {
  await site.db.$transaction(async (tx) => {
    const rehearsed = await lockRehearsal(tx, id);
    // Its organizers have moved the opening, or another process was faster.
    if (!rehearsed || rehearsed.phase.opensAt > site.now()) return;
    const hasFailed = ['FAILED', 'CANCELLED'].includes(rehearsed.evaluation.state);
    if (rehearsed.phase.keepsRehearsal && !hasFailed) await keepRehearsal(tx, rehearsed);
    else await removeRehearsal(site, tx, rehearsed, 'system');
  });
}
