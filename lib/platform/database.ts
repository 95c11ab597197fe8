import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '#prisma-client';

export type Database = PrismaClient;
/** The client inside `db.$transaction(async (tx) => …)`. */
export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  /**
   * The server ends a transaction that is idle for this long. Otherwise a runner that hangs or loses its
   * connection would keep its rows locked.
   */
  idleTransactionMs?: number;
  /** The most connections of the pool; 10 by default. */
  connections?: number;
}

/** Opens a connection pool. `url` has the login of the site or of the runner, never the owner's. */
export function openDatabase(url: string, options: DatabaseOptions = {}): PrismaClient {
  const { idleTransactionMs, connections } = options;
  const pool = {
    connectionString: url,
    ...(idleTransactionMs !== undefined && { idle_in_transaction_session_timeout: idleTransactionMs }),
    ...(connections !== undefined && { max: connections }),
  };
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}

/** Whether the error is a violation of a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
