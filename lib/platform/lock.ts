import type { Transaction } from './database.ts';

/**
 * Locks a name until the transaction ends. Whoever counts rows and inserts one if there are few enough does both
 * under the owner’s lock; otherwise parallel requests would all count before any of them inserts.
 */
export async function lockUntilCommit(tx: Transaction, name: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}
