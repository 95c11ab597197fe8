import { type EvaluationState, endedWithPlatformError } from '#lib/domain/evaluations/state.ts';

export interface Quota {
  perDay: number;
  total: number;
  usedToday: number;
  usedTotal: number;
  /** When the daily count resets: the next 00:00 UTC. */
  resetsAt: Date;
}

/** Start of the UTC day of `now`, from which daily quotas count. */
function startOfUtcDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

export function quotaLeft(quota: Quota): { today: number; total: number } {
  const total = Math.max(0, quota.total - quota.usedTotal);
  return { today: Math.min(Math.max(0, quota.perDay - quota.usedToday), total), total };
}

/** The part of an attempt that the quota depends on. */
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
 * Whether a submission counts against its team's quota. It doesn't if every attempt ended with a platform
 * error or was cancelled before a runner claimed it. Attempts that are still queued or running count.
 */
export function costsQuota(attempts: readonly QuotaAttempt[]): boolean {
  return attempts.some((attempt) => {
    if (attempt.state === 'CANCELLED') return attempt.startedAt !== null;
    return !endedWithPlatformError(attempt);
  });
}

/** A team's quota in a phase at `now`. A submission counts for the UTC day on which it was created. */
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
