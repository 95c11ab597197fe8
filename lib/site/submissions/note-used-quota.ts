import { quotaLeft } from '#lib/domain/phases/quota/quota.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { addNotices } from '#lib/site/notifications/notices.ts';
import { readQuota } from './read-quota.ts';

/** If a team has just used up its submissions for today, its members are told when it can submit again. */
export async function noteUsedQuota(tx: Transaction, phase: Phase, teamId: string, now: Date): Promise<void> {
  const quota = await readQuota(tx, phase, teamId, now);
  const left = quotaLeft(quota);
  if (left.today > 0 || left.total === 0) return;
  const content = { kind: 'quota', phaseId: phase.id, teamId } as const;
  await addNotices(tx, [{ content, dueAt: quota.resetsAt }]);
}
