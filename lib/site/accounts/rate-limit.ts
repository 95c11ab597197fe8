import { createHash } from 'node:crypto';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * Attempts per key in a fixed window, counted in the database: the count holds across processes and restarts,
 * and one statement takes an attempt, so that parallel ones can't slip through.
 */
export interface RateLimitRule {
  name: string;
  attempts: number;
  windowSeconds: number;
}

/** Takes one attempt. Throws TOO_MANY_ATTEMPTS. */
export async function takeAttempt({ db, now }: Pick<Site, 'db' | 'now'>, rule: RateLimitRule, who: string) {
  const at = now();
  const resetsAt = new Date(at.getTime() + rule.windowSeconds * 1000);
  const [row] = await db.$queryRaw<{ count: number; resetsAt: Date }[]>`
    INSERT INTO "RateLimit" AS kept (key, count, "resetsAt") VALUES (${keyOf(rule, who)}, 1, ${resetsAt})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN kept."resetsAt" <= ${at} THEN 1 ELSE kept.count + 1 END,
      "resetsAt" = CASE WHEN kept."resetsAt" <= ${at} THEN excluded."resetsAt" ELSE kept."resetsAt" END
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

/** Gives an attempt back: it was a rightful one. */
export async function returnAttempt({ db }: Pick<Site, 'db'>, rule: RateLimitRule, who: string) {
  await db.rateLimit.updateMany({
    where: { key: keyOf(rule, who), count: { gt: 0 } },
    data: { count: { decrement: 1 } },
  });
}

function keyOf({ name }: RateLimitRule, who: string): string {
  return createHash('sha256').update(`${name}\n${who}`).digest('hex');
}
