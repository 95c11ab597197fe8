import { createHash } from 'node:crypto';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * Limits attempts per key in a fixed window. Attempts are counted in the database, so that the limit holds
 * across processes and restarts. One statement counts an attempt, so that parallel attempts can't bypass the
 * limit.
 */
export interface RateLimitRule {
  name: string;
  attempts: number;
  windowSeconds: number;
}

/** Counts an attempt. Throws TOO_MANY_ATTEMPTS. */
export async function consumeAttempt(
  { db, now }: Pick<Site, 'db' | 'now'>,
  rule: RateLimitRule,
  who: string,
) {
  const at = now();
  const resetsAt = new Date(at.getTime() + rule.windowSeconds * 1000);
  const [row] = await db.$queryRaw<{ count: number; resetsAt: Date }[]>`
    INSERT INTO "RateLimit" AS stored (key, count, "resetsAt") VALUES (${keyOf(rule, who)}, 1, ${resetsAt})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN stored."resetsAt" <= ${at} THEN 1 ELSE stored.count + 1 END,
      "resetsAt" = CASE WHEN stored."resetsAt" <= ${at} THEN excluded."resetsAt" ELSE stored."resetsAt" END
    RETURNING count, "resetsAt"`;
  if (!row) throw new Error('A rate limit was not counted.');
  if (row.count === 1) await db.rateLimit.deleteMany({ where: { resetsAt: { lt: at } } });
  if (row.count <= rule.attempts) return;
  const minutes = Math.max(1, Math.ceil((row.resetsAt.getTime() - at.getTime()) / 60_000));
  throw new DomainError(
    'TOO_MANY_ATTEMPTS',
    `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
  );
}

/** Uncounts an attempt that was legitimate. */
export async function refundAttempt({ db }: Pick<Site, 'db'>, rule: RateLimitRule, who: string) {
  await db.rateLimit.updateMany({
    where: { key: keyOf(rule, who), count: { gt: 0 } },
    data: { count: { decrement: 1 } },
  });
}

function keyOf({ name }: RateLimitRule, who: string): string {
  return createHash('sha256').update(`${name}\n${who}`).digest('hex');
}
