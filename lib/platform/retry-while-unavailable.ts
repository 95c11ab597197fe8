import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Prisma } from '#prisma-client';

const PAUSE_MS = 1000;
/** Prisma's error codes for a server that can't be reached or has closed the connection. */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017']);
/** The driver adapter's names for the same errors in raw queries. */
const ADAPTER_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout']);
/** PostgreSQL's error classes 08 (connection) and 57P (shutting down, starting up). */
const SQLSTATE = /^(08\w{3}|57P\d\d)$/;

/**
 * Retries `write` while the database is unavailable, so that a restart of the server doesn't lose a result
 * that took minutes to compute. `write` must be safe to repeat. Throws any other error immediately, the
 * signal's reason when aborted, and the last error after `limitMs`.
 */
export async function retryWhileUnavailable<T>(
  write: () => Promise<T>,
  signal: AbortSignal,
  limitMs = 600_000,
): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isUnreachable(error) || performance.now() - startedAt > limitMs) throw error;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (PRISMA_CODES.has(error.code)) return true;
  const cause = adapterErrorSchema.safeParse(error.meta).data?.driverAdapterError.cause;
  return cause !== undefined && (ADAPTER_KINDS.has(cause.kind) || SQLSTATE.test(cause.code ?? ''));
}

const adapterErrorSchema = z.object({
  driverAdapterError: z.object({ cause: z.object({ kind: z.string(), code: z.string().optional() }) }),
});
