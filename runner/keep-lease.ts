import type { Database } from '#lib/server/database.ts';
import { type Lease, LeaseLost, renewLease } from '#lib/server/runs/lease.ts';

/** Renewals a lease's length: one that is late or lost costs nothing. */
const RENEWALS = 4;

/**
 * Renews a lease while work goes on, and aborts `signal` when it is lost: cancelled or taken over. `check`
 * renews at once, for when the row has changed. A database that can't be reached says nothing about the
 * lease: the work goes on, and if somebody else has taken it meanwhile every write is refused.
 */
export function keepLease(
  db: Database,
  lease: Lease,
): { signal: AbortSignal; check: () => void; stop: () => void } {
  const lost = new AbortController();
  let renewing = false;
  const renew = async (): Promise<void> => {
    if (renewing) return;
    renewing = true;
    try {
      await renewLease(db, lease);
    } catch (error) {
      if (error instanceof LeaseLost) lost.abort(error);
    } finally {
      renewing = false;
    }
  };
  const timer = setInterval(() => void renew(), (lease.seconds * 1000) / RENEWALS);
  return { signal: lost.signal, check: () => void renew(), stop: () => clearInterval(timer) };
}
