import { type EvaluationState, endedWithPlatformError, isFinal } from '#lib/domain/evaluations/state.ts';

export interface Quota {
  perDay: number;
  total: number;
  usedToday: number;
  usedTotal: number;
  /** When the daily count resets: the next 00:00 UTC. */
  resetsAt: Date;
}

/** Start of the UTC day of `now`, from which daily quotas count. */
export function startOfUtcDay(now: Date): Date {
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
  /** The platform error that last interrupted it; null if none did. */
  platformCode: string | null;
}

/** A submission, or several on the same side of the start of the day and with equal attempts. */
export interface QuotaSubmission {
  createdAt: Date;
  attempts: readonly QuotaAttempt[];
  /** 1 without it. */
  count?: number;
}

/**
 * Whether a submission counts against its team's quota. It doesn't if every attempt ended with a platform
 * error or was cancelled for free: before a runner claimed it, or after any platform error in any attempt,
 * whoever cancels it. Attempts that are still queued or running count.
 */
export function costsQuota(attempts: readonly QuotaAttempt[]): boolean {
  const wasInterrupted = attempts.some(
    (attempt) => attempt.platformCode !== null || endedWithPlatformError(attempt),
  );
  return attempts.some((attempt) => {
    if (attempt.state === 'CANCELLED') return attempt.startedAt !== null && !wasInterrupted;
    return !endedWithPlatformError(attempt);
  });
}

/** Whether the submission counts once its active attempt, if it has one, is cancelled. */
export function costsQuotaOnceCancelled(attempts: readonly QuotaAttempt[]): boolean {
  return costsQuota(
    attempts.map(
      (attempt): QuotaAttempt => (isFinal(attempt.state) ? attempt : { ...attempt, state: 'CANCELLED' }),
    ),
  );
}

/** A team's quota in a phase at `now`. A submission counts for the UTC day on which it was created. */
export function quotaOf(
  phase: { submissionsPerDay: number; submissionsTotal: number },
  submissions: readonly QuotaSubmission[],
  now: Date,
): Quota {
  const counting = submissions.filter(({ attempts }) => costsQuota(attempts));
  const today = startOfUtcDay(now);
  const used = (some: readonly QuotaSubmission[]) => some.reduce((sum, { count = 1 }) => sum + count, 0);
  return {
    perDay: phase.submissionsPerDay,
    total: phase.submissionsTotal,
    usedToday: used(counting.filter(({ createdAt }) => createdAt >= today)),
    usedTotal: used(counting),
    resetsAt: new Date(today.getTime() + 24 * 3_600_000),
  };
}
