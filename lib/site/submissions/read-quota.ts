import type { Quota } from '#lib/domain/phases/quota.ts';
import { quotaOf } from '#lib/domain/phases/quota.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';

/** The columns of an attempt that the quota depends on. */
export const quotaColumns = { state: true, code: true, startedAt: true, platformCode: true } as const;

/** A team's quota in a phase, computed from its submissions. */
export async function readQuota(db: Transaction, phase: Phase, teamId: string, now: Date): Promise<Quota> {
  const submissions = await db.submission.findMany({
    where: { phaseId: phase.id, teamId },
    select: {
      createdAt: true,
      evaluations: { select: quotaColumns },
    },
  });
  const attempts = submissions.map(({ createdAt, evaluations }) => ({ createdAt, attempts: evaluations }));
  return quotaOf(phase, attempts, now);
}
