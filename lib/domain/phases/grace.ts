import { MINUTE_MS } from '#lib/domain/minutes.ts';

/** When an uploaded archive started to arrive, and when it had arrived. */
export interface UploadTimes {
  startedAt: Date;
  createdAt: Date;
}

/** A form sends a submission right after its upload. */
const SENDING_MS = MINUTE_MS;

/**
 * Whether a submission after the closing date counts as in time: the phase grants grace, and one of its archives was on
 * its way when the phase closed. The clock stops when the upload starts. Archives of earlier submissions don't count.
 */
export function isWithinGrace(
  { closesAt, graceMinutes }: { closesAt: Date; graceMinutes: number },
  uploads: readonly UploadTimes[],
  now: Date,
): boolean {
  if (now.getTime() > closesAt.getTime() + graceMinutes * MINUTE_MS) return false;
  return uploads.some(
    ({ startedAt, createdAt }) =>
      startedAt < closesAt && createdAt.getTime() >= closesAt.getTime() - SENDING_MS,
  );
}
