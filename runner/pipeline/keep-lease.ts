import { type Lease, LeaseLost, renewLease, requireLease } from '#lib/evaluations/lease.ts';
import type { Database } from '#lib/platform/database.ts';

/** Renewals a lease's length: one that is late or lost costs nothing. */
const RENEWALS = 4;
const LOOK_EVERY_MS = 250;

/**
 * Renews a lease while work goes on, and aborts `signal` when it is lost: cancelled or taken over. `check`
 * looks at once, for when the row has changed. A database that can't be reached says nothing about the
 * lease: the work goes on, and if somebody else has taken it meanwhile every write is refused.
 */
export function keepLease(
  db: Database,
  lease: Lease,
): { signal: AbortSignal; check: () => void; stop: () => void } {
  const lost = new AbortController();
  const unlessLost = (error: unknown) => {
    if (error instanceof LeaseLost) lost.abort(error);
  };
  const renew = spaced(0, () => renewLease(db, lease).catch(unlessLost));
  // Most changes are this runner's own: a look, not a write, and a few a second however many cases end in it.
  const check = spaced(LOOK_EVERY_MS, () => requireLease(db, lease).catch(unlessLost));
  const timer = setInterval(renew.ask, (lease.seconds * 1000) / RENEWALS);
  return {
    signal: lost.signal,
    check: check.ask,
    stop() {
      clearInterval(timer);
      check.stop();
    },
  };
}

/**
 * A chore that is done when it is asked for, if the last time began `pauseMs` ago, and else once when that is
 * over; never twice at once.
 */
function spaced(pauseMs: number, chore: () => Promise<void>): { ask: () => void; stop: () => void } {
  let resting = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    again = resting;
    if (resting) return;
    resting = true;
    const rest = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, pauseMs);
    });
    void Promise.all([chore(), rest]).then(() => {
      resting = false;
      if (again) ask();
    });
  };
  return { ask, stop: () => clearTimeout(timer) };
}
