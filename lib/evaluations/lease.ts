import type { Database } from '#lib/platform/database.ts';
import { EVALUATION_CHANGED } from '#lib/platform/notifications.ts';
import { Prisma } from '#prisma-client';

/**
 * A runner holds an evaluation by a lease: a random token from the claim and an expiry time, both stored in
 * the evaluation's row. Every write of a runner includes its token and is refused if the row has another one,
 * so two runners that both believe they hold an evaluation can't both record results. Times come from the
 * database, because the clocks of hosts differ.
 */
export interface Lease {
  evaluationId: string;
  token: string;
  /** Duration of the lease from each renewal. */
  seconds: number;
}

/**
 * This runner no longer holds the evaluation: it was cancelled, or its lease expired and another runner took
 * over.
 */
export class LeaseLost extends Error {
  constructor(lease: Lease) {
    super(`The lease on evaluation ${lease.evaluationId} is gone.`);
    this.name = 'LeaseLost';
  }
}

/** Renews the lease for its full duration from now. Throws LeaseLost. */
export async function renewLease(db: Database, lease: Lease): Promise<void> {
  const rows = await db.$executeRaw`
    UPDATE "Evaluation"
    SET "leaseExpiresAt" = now() + make_interval(secs => ${lease.seconds})
    WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'`;
  if (rows === 0) throw new LeaseLost(lease);
}

/** Checks that the lease is still valid. Throws LeaseLost. */
export async function requireLease(db: Database, lease: Lease): Promise<void> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Evaluation"
    WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'`;
  if (rows.length === 0) throw new LeaseLost(lease);
}

/**
 * Updates columns of the evaluation, makes dependent writes and notifies watchers, all in one statement. That
 * takes one round trip instead of the six of a transaction, and never keeps the row locked while the runner
 * is busy elsewhere. `set` is the list after SET; `andThen` is an optional further common table expression
 * that can select `id` from `updated`. Throws LeaseLost, in which case nothing was written.
 */
export async function updateLeasedEvaluation(
  db: Database,
  lease: Lease,
  { set, andThen = Prisma.empty }: { set: Prisma.Sql; andThen?: Prisma.Sql },
): Promise<void> {
  const rows = await db.$executeRaw`
    WITH updated AS (
      UPDATE "Evaluation" SET ${set}
      WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'
      RETURNING id
    )${andThen}
    SELECT pg_notify(${EVALUATION_CHANGED}, id::text) FROM updated`;
  if (rows === 0) throw new LeaseLost(lease);
}

/**
 * Locks the row until the transaction ends, so that no other runner can take over meanwhile. Throws
 * LeaseLost.
 */
export async function lockLeasedEvaluation(tx: Prisma.TransactionClient, lease: Lease): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Evaluation"
    WHERE id = ${lease.evaluationId}::uuid AND "leaseToken" = ${lease.token}::uuid AND state = 'RUNNING'
    FOR UPDATE`;
  if (rows.length === 0) throw new LeaseLost(lease);
}
