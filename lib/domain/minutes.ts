export const MINUTE_MS = 60_000;

/**
 * The start of the minute of a time. An exact time of a submission or evaluation would reveal how long a container
 * ran on hidden scans.
 */
export function startOfMinute(at: Date): Date {
  return new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);
}
