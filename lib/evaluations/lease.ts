import type { Database } from '#lib/platform/database.ts';
import { EVALUATION_CHANGED } from '#lib/platform/notifications.ts';
import { Prisma } from '#prisma-client';

/**
 * A runner holds an evaluation by a lease: a token drawn at the claim and a time, both in the row. Every
 * write of a runner names its token and is refused when the row has moved on, so that two runners that both
 * believe to hold an evaluation never both record. Times are the database's, since hosts' clocks differ.
 */
export interface Lease {
  evaluationId: string;
  token: string;
  /** How long it lasts from each renewal. */
  seconds: number;
}

/** The evaluation is no longer this runner's: cancelled, or its lease ran out and somebody else has it. */
export class LeaseLost extends Error {
  constructor(lease: Lease) {
    super(`The lease on evaluation ${lease.evaluationId} is gone.`);
    this.name = 'LeaseLost';
  }
}

/** Extends the lease by its length from now. Throws LeaseLost. */
export async function renewLease(db: Database, lease: Lease): Promise<void> {
  const rows = await db.$executeRaw`
    UPDATE "Evaluation"
    SET "leaseExpiresAt" = now() + make_interval(secs => ${lease.seconds})
    WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'`;
  if (rows === 0) throw new LeaseLost(lease);
}

/** Looks whether the lease still holds. Throws LeaseLost. */
export async function requireLease(db: Database, lease: Lease): Promise<void> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Evaluation"
    WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'`;
  if (rows.length === 0) throw new LeaseLost(lease);
}

/**
 * Changes columns of the evaluation, does what follows from that, and wakes who watches, in one statement: a
 * round trip, not the six of a transaction, and its row is never held while the runner is elsewhere. `set` is
 * the list behind SET; `then`, if any, one more common table expression, which selects from `held` (id). Throws
 * LeaseLost, and then nothing was written.
 */
export async function changeHeld(
  db: Database,
  lease: Lease,
  { set, then = Prisma.empty }: { set: Prisma.Sql; then?: Prisma.Sql },
): Promise<void> {
  const rows = await db.$executeRaw`
    WITH held AS (
      UPDATE "Evaluation" SET ${set}
      WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'
      RETURNING id
    )${then}
    SELECT pg_notify(${EVALUATION_CHANGED}, id::text) FROM held`;
  if (rows === 0) throw new LeaseLost(lease);
}

/** Holds the row against a concurrent take-over until the transaction ends. Throws LeaseLost. */
export async function holdLease(tx: Prisma.TransactionClient, lease: Lease): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Evaluation"
    WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'
    FOR UPDATE`;
  if (rows.length === 0) throw new LeaseLost(lease);
}
