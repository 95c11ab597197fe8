import { type Lease, LeaseLost, renewLease, requireLease } from '#lib/evaluations/lease.ts';
import type { Database } from '#lib/platform/database.ts';

/** Renewals per lease duration, so that a late or failed one doesn't matter. */
const RENEWALS_PER_LEASE = 4;
const MIN_CHECK_INTERVAL_MS = 250;

/**
 * Renews a lease during the work, and aborts `signal` when the lease is lost to a cancellation or another
 * runner. `check` checks the lease at once, for when the row has changed. If the database is unavailable, the
 * lease may still be valid, so the work continues; every write is refused if another runner has taken over
 * meanwhile.
 */
export function keepLease(
  db: Database,
  lease: Lease,
): { signal: AbortSignal; check: () => void; stop: () => void } {
  const lost = new AbortController();
  const abortIfLost = (error: unknown) => {
    if (error instanceof LeaseLost) lost.abort(error);
  };
  const renew = throttle(0, () => renewLease(db, lease).catch(abortIfLost));
  // Most notifications come from this runner's own changes, so this only reads, and only a few times per
  // second.
  const check = throttle(MIN_CHECK_INTERVAL_MS, () => requireLease(db, lease).catch(abortIfLost));
  const timer = setInterval(renew.trigger, (lease.seconds * 1000) / RENEWALS_PER_LEASE);
  return {
    signal: lost.signal,
    check: check.trigger,
    stop() {
      clearInterval(timer);
      check.stop();
    },
  };
}

/**
 * Runs a chore when it is triggered, at most once per `pauseMs` and never twice at once. A trigger during the
 * pause runs it once more afterwards.
 */
function throttle(pauseMs: number, chore: () => Promise<void>): { trigger: () => void; stop: () => void } {
  let isPausing = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  const trigger = (): void => {
    again = isPausing;
    if (isPausing) return;
    isPausing = true;
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, pauseMs);
    });
    void Promise.all([chore(), pause]).then(() => {
      isPausing = false;
      if (again) trigger();
    });
  };
  return { trigger, stop: () => clearTimeout(timer) };
}
