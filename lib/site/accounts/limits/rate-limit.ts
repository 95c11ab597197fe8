import { createHash } from 'node:crypto';
import {
  type CountedAttempts,
  formatWait,
  nextAttemptAt,
  type RateLimitRule,
} from '#lib/domain/accounts/rate-limits.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';

/** What counting needs of the site, which itself counts requests. */
export interface CountingSite {
  db: Database;
  now(): Date;
}

/** A rule, and whom it counts: an account, an address. */
export interface RateLimit {
  rule: RateLimitRule;
  who: string;
}

type KeyedLimit = RateLimit & { key: string };
type LockedRow = KeyedLimit & CountedAttempts;

/** Attempts for the same key wait for each other. */
const WAIT = { maxWait: 10_000, timeout: 10_000 };

/**
 * Counts an attempt against each of the limits, or against none of them if one refuses it. Attempts are counted
 * in the database, so that a limit holds across processes and restarts; the rows are locked while they are
 * compared and counted, so that it also holds for parallel attempts. Throws TOO_MANY_ATTEMPTS; `advice` ends its
 * message.
 */
export async function consumeAttempts(
  { db, now }: CountingSite,
  limits: readonly RateLimit[],
  advice = '',
  /** How many attempts these are. */
  number = 1,
): Promise<void> {
  // In the order of their keys, so that two transactions never wait for each other.
  const sorted = limits.map((limit) => ({ ...limit, key: keyOf(limit) })).sort(byKey);
  const at = now();
  const hasNewRow = await db.$transaction(async (tx) => {
    const rows = await lockRows(tx, sorted, at);
    const waitMs = Math.max(...rows.map((row) => nextAttemptAt(row.rule, row, at).getTime() - at.getTime()));
    if (waitMs > 0) {
      const message = `Too many attempts. Try again in ${formatWait(waitMs)}. ${advice}`;
      throw new DomainError('TOO_MANY_ATTEMPTS', message.trim(), {}, { retryAfterMs: waitMs });
    }
    for (const row of rows) await countAttempts(tx, row, at, number);
    return rows.some(({ count }) => count === 0);
  }, WAIT);
  if (hasNewRow) await forgetExpired(db, at);
}

export function consumeAttempt(
  site: CountingSite,
  rule: RateLimitRule,
  who: string,
  advice = '',
): Promise<void> {
  return consumeAttempts(site, [{ rule, who }], advice);
}

/** Uncounts an attempt that was legitimate. */
export async function refundAttempt({ db }: Pick<CountingSite, 'db'>, limit: RateLimit): Promise<void> {
  await db.rateLimit.updateMany({
    where: { key: keyOf(limit), count: { gt: 0 } },
    data: { count: { decrement: 1 } },
  });
}

/** Uncounts all attempts, because the last one proved that they were legitimate. */
export async function forgetAttempts({ db }: Pick<CountingSite, 'db'>, limit: RateLimit): Promise<void> {
  await db.rateLimit.deleteMany({ where: { key: keyOf(limit) } });
}

/** The rows of these limits in the same order, created where they are missing, and locked. */
async function lockRows(tx: Transaction, sorted: readonly KeyedLimit[], at: Date): Promise<LockedRow[]> {
  const locked: LockedRow[] = [];
  for (const limit of sorted) {
    const [row] = await tx.$queryRaw<CountedAttempts[]>`
      INSERT INTO "RateLimit" (key, rule, count, "lastAt", "resetsAt")
      VALUES (${limit.key}, ${limit.rule.name}, 0, ${at}, ${at})
      ON CONFLICT (key) DO UPDATE SET rule = excluded.rule
      RETURNING count, "lastAt", "resetsAt"`;
    if (!row) throw new Error('A rate limit was not stored.');
    locked.push({ ...limit, ...row });
  }
  return locked;
}

async function countAttempts(
  tx: Transaction,
  { key, rule, count, resetsAt }: LockedRow,
  at: Date,
  number: number,
) {
  const data =
    resetsAt <= at
      ? { count: number, lastAt: at, resetsAt: new Date(at.getTime() + rule.windowSeconds * 1000) }
      : { count: count + number, lastAt: at };
  await tx.rateLimit.update({ where: { key }, data });
}

/** Skips rows that an attempt holds, so that the two never wait for each other. */
async function forgetExpired(db: Transaction, at: Date): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "RateLimit" WHERE key IN (
      SELECT key FROM "RateLimit" WHERE "resetsAt" < ${at} FOR UPDATE SKIP LOCKED
    )`;
}

function keyOf({ rule, who }: RateLimit): string {
  return createHash('sha256').update(`${rule.name}\n${who}`).digest('hex');
}

function byKey(left: { key: string }, right: { key: string }): number {
  return left.key < right.key ? -1 : 1;
}
