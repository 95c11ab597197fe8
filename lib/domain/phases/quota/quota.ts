import { type EvaluationState, endedWithPlatformError, isFinal } from '#lib/domain/evaluations/state.ts';
import { DAY_MS, HOUR_MS } from '#lib/domain/minutes.ts';

export interface Quota {
  perDay: number;
  total: number;
  usedToday: number;
  usedTotal: number;
  /** When the daily count resets: the next 00:00 UTC. */
  resetsAt: Date;
  /** Of the last hours; null if the phase has no rolling window. */
  rolling: RollingQuota | null;
  /** Waiting or running at the same time; null if the phase has no limit. */
  atOnce: { limit: number; unfinished: number } | null;
}

export interface RollingQuota {
  limit: number;
  hours: number;
  used: number;
  /** When enough submissions are old enough for another one; null if there is room now. */
  freeAt: Date | null;
}

/** Start of the UTC day of `now`, from which daily quotas count. */
export function startOfUtcDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

type Counts = Pick<Quota, 'perDay' | 'total' | 'usedToday' | 'usedTotal'>;

export function quotaLeft(quota: Counts): { today: number; total: number } {
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

/**
 * A submission, or several before the rolling window, on the same side of the start of the day and with equal attempts.
 */
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

/** The settings that a quota depends on. */
export interface QuotaRules {
  submissionsPerDay: number;
  submissionsTotal: number;
  submissionsRolling: number | null;
  rollingHours: number;
  submissionsAtOnce: number | null;
  freeFailures: number;
}

/** From then on, each submission's own time counts; `now` if the phase has no rolling window. */
export function startOfWindow(
  { submissionsRolling, rollingHours }: Pick<QuotaRules, 'submissionsRolling' | 'rollingHours'>,
  now: Date,
): Date {
  return submissionsRolling === null ? now : new Date(now.getTime() - rollingHours * HOUR_MS);
}

/**
 * A team's quota in a phase at `now`. A submission counts for the UTC day on which it was created. The first failed
 * submissions are free, as many as the phase says.
 */
export function quotaOf(phase: QuotaRules, submissions: readonly QuotaSubmission[], now: Date): Quota {
  const costing = chargedSubmissions(phase, submissions);
  const today = startOfUtcDay(now);
  const used = (some: readonly Charged[]) => some.reduce((sum, { count }) => sum + count, 0);
  const limit = phase.submissionsAtOnce;
  return {
    perDay: phase.submissionsPerDay,
    total: phase.submissionsTotal,
    usedToday: used(costing.filter(({ createdAt }) => createdAt >= today)),
    usedTotal: used(costing),
    resetsAt: new Date(today.getTime() + DAY_MS),
    rolling: rollingQuota(phase, costing, now),
    atOnce: limit === null ? null : { limit, unfinished: unfinishedOf(submissions) },
  };
}

interface Charged {
  createdAt: Date;
  count: number;
}

/** Those that use quota, the earliest first, without the failed ones that are free. */
function chargedSubmissions(
  { freeFailures }: Pick<QuotaRules, 'freeFailures'>,
  submissions: readonly QuotaSubmission[],
): Charged[] {
  let free = freeFailures;
  return submissions
    .filter(({ attempts }) => costsQuota(attempts))
    .sort((left, right) => left.createdAt.getTime() - right.createdAt.getTime())
    .map(({ createdAt, attempts, count = 1 }) => {
      const forgiven = hasFailed(attempts) ? Math.min(free, count) : 0;
      free -= forgiven;
      return { createdAt, count: count - forgiven };
    });
}

function rollingQuota(phase: QuotaRules, charged: readonly Charged[], now: Date): RollingQuota | null {
  const { submissionsRolling: limit, rollingHours: hours } = phase;
  if (limit === null) return null;
  const start = startOfWindow(phase, now);
  const times = charged.flatMap(({ createdAt, count }) =>
    createdAt > start ? Array.from({ length: count }, () => createdAt) : [],
  );
  const oldest = times[times.length - limit];
  const freeAt = oldest === undefined ? null : new Date(oldest.getTime() + hours * HOUR_MS);
  return { limit, hours, used: times.length, freeAt };
}

function unfinishedOf(submissions: readonly QuotaSubmission[]): number {
  return submissions
    .filter(({ attempts }) => attempts.some(({ state }) => !isFinal(state)))
    .reduce((sum, { count = 1 }) => sum + count, 0);
}
