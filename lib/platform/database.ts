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
}

/** Opens a connection pool. `url` has the login of the site or of the runner, never the owner's. */
export function openDatabase(url: string, { idleTransactionMs }: DatabaseOptions = {}): PrismaClient {
  const timeout =
    idleTransactionMs === undefined ? {} : { idle_in_transaction_session_timeout: idleTransactionMs };
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, ...timeout }) });
}

/** Whether the error is a violation of a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
