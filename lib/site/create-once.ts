import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { IDEMPOTENCY_KEY_HOURS } from '#lib/api/idempotency/key.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { HOUR_MS } from '#lib/domain/minutes.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import type { Prisma } from '#prisma-client';
import type { Site } from './site.ts';

/** A request that creates something. */
export interface Creation<Result> {
  /** The account that sends it. Keys of different accounts are independent. */
  userId: string;
  /** Its Idempotency-Key; null if it has none. */
  key: string | null;
  /** What it creates, such as submission.create. */
  operation: string;
  /** What it asks for; JSON. Never a secret, of which even a hash could be guessed. */
  payload: unknown;
  /** The schema of what `create` returns. It is stored, so it must not contain a secret. */
  result: z.ZodType<Result>;
  timeoutMs?: number;
}

/** Requests for the same owner wait for each other. */
const WAIT_MS = 10_000;

/**
 * Runs `create` in a transaction, together with the request’s key: after a crash, both exist or neither does.
 * The same request with the same key returns what the first one returned; if they arrive together, the second
 * waits for the first. A request that was refused doesn’t use up its key. Throws IDEMPOTENCY_KEY_REUSED if the
 * key belongs to another request.
 */
export async function createOnce<Result extends Prisma.InputJsonObject>(
  { db, now }: Pick<Site, 'db' | 'now'>,
  { timeoutMs = 2 * WAIT_MS, ...creation }: Creation<Result>,
  create: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const { userId, key, operation } = creation;
  const options = { maxWait: WAIT_MS, timeout: timeoutMs };
  if (key === null) return db.$transaction(create, options);
  const fingerprint = fingerprintOf(creation);
  const result = await db.$transaction(async (tx) => {
    await lockUntilCommit(tx, `request ${userId} ${key}`);
    const known = await findKey(tx, userId, key, now());
    if (known) return resultOf(known, creation, fingerprint);
    const created = await create(tx);
    const row = { userId, key, operation, fingerprint, result: created, createdAt: now() };
    // An expired one.
    await tx.idempotencyKey.deleteMany({ where: { userId, key } });
    await tx.idempotencyKey.create({ data: row });
    return created;
  }, options);
  await db.idempotencyKey.deleteMany({ where: { createdAt: { lte: expiryOf(now()) } } });
  return result;
}

/**
 * Whether a request with this key has already created something. Its repetition must not be refused for a
 * reason that has arisen since, such as a phase that has closed.
 */
export async function isRepetition(
  { db, now }: Pick<Site, 'db' | 'now'>,
  { userId, key }: Pick<Creation<unknown>, 'userId' | 'key'>,
): Promise<boolean> {
  return key !== null && (await findKey(db, userId, key, now())) !== null;
}

function findKey(db: Transaction, userId: string, key: string, now: Date) {
  return db.idempotencyKey.findFirst({ where: { userId, key, createdAt: { gt: expiryOf(now) } } });
}

function expiryOf(now: Date): Date {
  return new Date(now.getTime() - IDEMPOTENCY_KEY_HOURS * HOUR_MS);
}

function resultOf<Result>(
  known: NonNullable<Awaited<ReturnType<typeof findKey>>>,
  { operation, result }: Creation<Result>,
  fingerprint: string,
): Result {
  if (known.operation === operation && known.fingerprint === fingerprint) {
    const column = { table: 'IdempotencyKey', id: known.key, column: 'result' };
    return parseColumn(result, known.result, column);
  }
  throw new DomainError(
    'IDEMPOTENCY_KEY_REUSED',
    'A different request with this Idempotency-Key has already succeeded. Nothing was changed. Send each new request with a new key.',
  );
}

function fingerprintOf({ operation, payload }: Pick<Creation<unknown>, 'operation' | 'payload'>): string {
  return createHash('sha256')
    .update(JSON.stringify([operation, payload]))
    .digest('hex');
}
