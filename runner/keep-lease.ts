import { LEASE_SECONDS, type Lease, LeaseLost, renewLease } from '#lib/server/runs/lease.ts';
import type { PrismaClient } from '#prisma-client';

const RENEW_EVERY_MS = 15_000;

/**
 * Renews a lease while work goes on and aborts `signal` when it is lost: cancelled, taken over, or not
 * renewed for so long that somebody else may take it. `check` renews at once, for when the row has changed.
 */
export function keepLease(
  db: PrismaClient,
  lease: Lease,
  now: () => number = () => performance.now(),
): { signal: AbortSignal; check: () => void; stop: () => void } {
  const lost = new AbortController();
  let renewedAt = now();
  const renew = async (): Promise<void> => {
    const askedAt = now();
    try {
      await renewLease(db, lease);
      renewedAt = askedAt;
    } catch (error) {
      // A database that can't be reached says nothing about the lease until it would have run out.
      const expired = now() - renewedAt > LEASE_SECONDS * 1000;
      if (error instanceof LeaseLost || expired) lost.abort(new LeaseLost(lease));
    }
  };
  const timer = setInterval(() => void renew(), RENEW_EVERY_MS);
  return {
    signal: lost.signal,
    check: () => void renew(),
    stop: () => clearInterval(timer),
  };
}
