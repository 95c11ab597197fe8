import type { LimitRow } from '#lib/api/pages/administration.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { apiByAddress, RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import type { RateLimitRule } from '#lib/domain/accounts/rate-limits.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

/** Every rate limit with its use at the moment. Whom a row counts is a hash, so nobody is named. */
export async function limitsView(
  { db, environment, now }: Site,
  viewer: Viewer | null,
): Promise<{ limits: LimitRow[]; asOf: string }> {
  authorize('site.inspect', viewer);
  const rules: RateLimitRule[] = [
    ...Object.values(RATE_LIMITS),
    apiByAddress(environment.apiRequestsPerMinute),
  ];
  const limits = await Promise.all(
    rules.map(async ({ name: rule, attempts, windowSeconds, slowsDown }): Promise<LimitRow> => {
      const where = { rule, resetsAt: { gt: now() }, count: { gt: 0 } };
      const [all, used] = await Promise.all([
        db.rateLimit.aggregate({ where, _count: true, _max: { count: true } }),
        db.rateLimit.count({ where: { ...where, count: { gte: attempts } } }),
      ]);
      const use = { counted: all._count, used, highest: all._max.count ?? 0 };
      return { rule, attempts, windowSeconds, slowsDown: slowsDown !== undefined, ...use };
    }),
  );
  return { limits, asOf: now().toISOString() };
}
