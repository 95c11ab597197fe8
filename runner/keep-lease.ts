import type { Database } from '#lib/server/database.ts';
import { type Lease, LeaseLost, renewLease, requireLease } from '#lib/server/runs/lease.ts';

/** Renewals a lease's length: one that is late or lost costs nothing. */
const RENEWALS = 4;

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
  const renew = oneAtATime(() => renewLease(db, lease).catch(unlessLost));
  // Most changes are this runner's own: a look, not a write, and one more if the row changes meanwhile.
  const check = oneAtATime(() => requireLease(db, lease).catch(unlessLost));
  const timer = setInterval(renew, (lease.seconds * 1000) / RENEWALS);
  return { signal: lost.signal, check, stop: () => clearInterval(timer) };
}

/** What is asked for while it is under way is done once more behind it, and no more than once. */
function oneAtATime(chore: () => Promise<void>): () => void {
  let doing = false;
  let again = false;
  const run = async (): Promise<void> => {
    again = doing;
    if (doing) return;
    doing = true;
    await chore();
    doing = false;
    if (again) await run();
  };
  return () => void run();
}
