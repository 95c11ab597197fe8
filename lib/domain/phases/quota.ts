import { type EvaluationState, endedWithPlatformError, isFinal } from '#lib/domain/evaluations/state.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';

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

/** Whether every attempt of a submission that counts has failed, by its own fault. */
function hasFailed(attempts: readonly QuotaAttempt[]): boolean {
  return (
    attempts.some((attempt) => attempt.state === 'FAILED' && !endedWithPlatformError(attempt)) &&
    attempts.every(({ state }) => state === 'FAILED' || state === 'CANCELLED')
  );
}

/**
 * A team's quota in a phase at `now`. A submission counts for the UTC day on which it was created. The first failed
 * submissions are free, as many as the phase says: those of earlier days first.
 */
export function quotaOf(
  phase: { submissionsPerDay: number; submissionsTotal: number; freeFailures: number },
  submissions: readonly QuotaSubmission[],
  now: Date,
): Quota {
  const counting = submissions.filter(({ attempts }) => costsQuota(attempts));
  const today = startOfUtcDay(now);
  const used = (some: readonly QuotaSubmission[]) => some.reduce((sum, { count = 1 }) => sum + count, 0);
  const isToday = ({ createdAt }: QuotaSubmission) => createdAt >= today;
  const failed = counting.filter(({ attempts }) => hasFailed(attempts));
  const [failedToday, failedTotal] = [used(failed.filter(isToday)), used(failed)];
  const free = Math.min(failedTotal, phase.freeFailures);
  const freeToday = Math.max(0, free - (failedTotal - failedToday));
  return {
    perDay: phase.submissionsPerDay,
    total: phase.submissionsTotal,
    usedToday: used(counting.filter(isToday)) - freeToday,
    usedTotal: used(counting) - free,
    resetsAt: new Date(today.getTime() + DAY_MS),
  };
}
