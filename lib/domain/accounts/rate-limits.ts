/**
 * Limits how often somebody may attempt something. The first `attempts` of a window are free. After them, a rule
 * either waits for the end of the window, or slows down: each further attempt is possible after a delay that
 * starts at one second and doubles.
 */
export interface RateLimitRule {
  name: string;
  /** Attempts without a delay. */
  attempts: number;
  /** From the first attempt. Afterwards, all attempts are forgotten. */
  windowSeconds: number;
  slowsDown?: {
    /** The delay doubles after this number of attempts. */
    doublesEvery: number;
    maxDelaySeconds: number;
  };
}

/** The attempts of a window that have been counted. */
export interface CountedAttempts {
  count: number;
  lastAt: Date;
  resetsAt: Date;
}

/** When the next attempt is possible: `now` or later. */
export function nextAttemptAt(rule: RateLimitRule, counted: CountedAttempts, now: Date): Date {
  const { count, lastAt, resetsAt } = counted;
  if (resetsAt <= now || count < rule.attempts) return now;
  if (!rule.slowsDown) return resetsAt;
  const allowedAt = lastAt.getTime() + delaySeconds(rule.slowsDown, count - rule.attempts) * 1000;
  return new Date(Math.max(now.getTime(), Math.min(allowedAt, resetsAt.getTime())));
}

function delaySeconds(
  { doublesEvery, maxDelaySeconds }: NonNullable<RateLimitRule['slowsDown']>,
  attemptsBeyond: number,
): number {
  return Math.min(maxDelaySeconds, 2 ** (attemptsBeyond / doublesEvery));
}

/** "8 seconds", "1 minute", "15 minutes": how long to wait, rounded up. */
export function formatWait(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  if (seconds < 60) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  const minutes = Math.ceil(seconds / 60);
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}
