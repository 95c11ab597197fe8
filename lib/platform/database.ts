import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '#prisma-client';

export type Database = PrismaClient;
/** The client inside `db.$transaction(async (tx) => …)`. */
export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  /**
   * The server ends a transaction whose process is silent for so long: one that stands still, or is cut off,
   * would hold its rows against everybody else.
   */
  idleTransactionMs?: number;
}

/** Opens a pool. `url` is the login of the process: the site's or the runner's, never the owner's. */
export function openDatabase(url: string, { idleTransactionMs }: DatabaseOptions = {}): PrismaClient {
  const silence =
    idleTransactionMs === undefined ? {} : { idle_in_transaction_session_timeout: idleTransactionMs };
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, ...silence }) });
}

/** The row would repeat a value that is unique. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
