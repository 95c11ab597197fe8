import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import type { Database } from '#lib/platform/database.ts';
import { Prisma } from '#prisma-client';

/** The runner's row, found again by its name. A site shows its recipient to organizers. */
export async function registerRunner(
  db: Database,
  { name, recipient, host }: { name: string; recipient: string; host: Prisma.InputJsonObject },
): Promise<string> {
  const rest = { recipient, host };
  const now = new Date();
  const row = await db.runner.upsert({
    where: { name },
    create: { name, ...rest },
    // What an earlier process said of itself holds no longer.
    update: { ...rest, startedAt: now, lastSeenAt: now, health: Prisma.DbNull },
    select: { id: true },
  });
  return row.id;
}

/** That it is there, and how it is. */
export async function reportAlive(db: Database, runnerId: string, health: RunnerHealth): Promise<void> {
  await db.$executeRaw`
    UPDATE "Runner" SET "lastSeenAt" = now(), health = ${JSON.stringify(health)}::jsonb
    WHERE id = ${runnerId}::uuid`;
}
