import { usedUp } from '#lib/domain/phases/quota/used-up.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { addNotices } from '#lib/site/notifications/notices.ts';
import { readQuota } from './read-quota.ts';

/** If a team has just used up its submissions of a day or a window, its members are told when it can submit again. */
export async function noteUsedQuota(tx: Transaction, phase: Phase, teamId: string, now: Date): Promise<void> {
  const used = usedUp(await readQuota(tx, phase, teamId, now));
  if (!used?.at) return;
  const content = { kind: 'quota', phaseId: phase.id, teamId } as const;
  await addNotices(tx, [{ content, dueAt: used.at }]);
}
