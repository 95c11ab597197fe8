import type { Prisma, PrismaClient } from '#prisma-client';

/** The runner's row, found again by its name. A site shows its recipient to organizers. */
export async function registerRunner(
  db: PrismaClient,
  runner: { name: string; recipient: string; host: Prisma.InputJsonValue },
): Promise<string> {
  const { name, ...rest } = runner;
  const now = new Date();
  const row = await db.runner.upsert({
    where: { name },
    create: { name, ...rest },
    update: { ...rest, startedAt: now, lastSeenAt: now },
    select: { id: true },
  });
  return row.id;
}

export async function reportAlive(db: PrismaClient, runnerId: string): Promise<void> {
  await db.$executeRaw`UPDATE "Runner" SET "lastSeenAt" = now() WHERE id = ${runnerId}::uuid`;
}
