import { type EvaluationState, endedByPlatform } from '#lib/domain/evaluations/state.ts';

export interface Quota {
  perDay: number;
  total: number;
  usedToday: number;
  usedTotal: number;
  /** When today's count starts again: the next 00:00 UTC. */
  resetsAt: Date;
}

/** Start of the UTC day that holds `now`: quotas count from there. */
export function startOfUtcDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

export function quotaLeft(quota: Quota): { today: number; total: number } {
  const total = Math.max(0, quota.total - quota.usedTotal);
  return { today: Math.min(Math.max(0, quota.perDay - quota.usedToday), total), total };
}

/** One attempt of a submission, as far as the quota asks. */
export interface QuotaAttempt {
  state: EvaluationState;
  code: string | null;
  startedAt: Date | null;
}

export interface QuotaSubmission {
  createdAt: Date;
  attempts: readonly QuotaAttempt[];
}

/**
 * Whether a submission counts against its team: not if every attempt ended by our fault, or was cancelled
 * before a runner took it. What is still under way counts.
 */
export function costsQuota(attempts: readonly QuotaAttempt[]): boolean {
  return attempts.some((attempt) => {
    if (attempt.state === 'CANCELLED') return attempt.startedAt !== null;
    return !endedByPlatform(attempt);
  });
}

/** A team's quota in a phase at `now`. Days are UTC days, of the time of submission. */
export function quotaOf(
  phase: { submissionsPerDay: number; submissionsTotal: number },
  submissions: readonly QuotaSubmission[],
  now: Date,
): Quota {
  const counting = submissions.filter(({ attempts }) => costsQuota(attempts));
  const today = startOfUtcDay(now);
  return {
    perDay: phase.submissionsPerDay,
    total: phase.submissionsTotal,
    usedToday: counting.filter(({ createdAt }) => createdAt >= today).length,
    usedTotal: counting.length,
    resetsAt: new Date(today.getTime() + 24 * 3_600_000),
  };
}
