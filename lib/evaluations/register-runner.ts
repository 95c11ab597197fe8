import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import type { Database } from '#lib/platform/database.ts';
import { Prisma } from '#prisma-client';

/**
 * Creates or updates the runner's row, which is identified by its name. The site shows its recipient to
 * organizers.
 */
export async function registerRunner(
  db: Database,
  { name, recipient, host }: { name: string; recipient: string; host: Prisma.InputJsonObject },
): Promise<string> {
  const rest = { recipient, host };
  const now = new Date();
  const row = await db.runner.upsert({
    where: { name },
    create: { name, ...rest },
    // The health that an earlier process reported is outdated.
    update: { ...rest, startedAt: now, lastSeenAt: now, health: Prisma.DbNull },
    select: { id: true },
  });
  return row.id;
}

/** Records that the runner is alive, and its health. Returns since when organizers ask it to drain, or null. */
export async function recordHeartbeat(
  db: Database,
  runnerId: string,
  health: RunnerHealth,
): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ drainRequestedAt: Date | null }[]>`
    UPDATE "Runner" SET "lastSeenAt" = now(), health = ${JSON.stringify(health)}::jsonb
    WHERE id = ${runnerId}::uuid RETURNING "drainRequestedAt"`;
  return row?.drainRequestedAt ?? null;
}
