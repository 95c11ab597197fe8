import type { Quota } from '#lib/domain/phase.ts';
import { quotaOf } from '#lib/domain/quota.ts';
import type { Phase } from '#prisma-client';
import type { Transaction } from './database.ts';

/** A team's quota in a phase, counted from its submissions. */
export async function readQuota(db: Transaction, phase: Phase, teamId: string, now: Date): Promise<Quota> {
  const submissions = await db.submission.findMany({
    where: { phaseId: phase.id, teamId },
    select: {
      createdAt: true,
      evaluations: { select: { state: true, code: true, startedAt: true } },
    },
  });
  const attempts = submissions.map(({ createdAt, evaluations }) => ({ createdAt, attempts: evaluations }));
  return quotaOf(phase, attempts, now);
}
