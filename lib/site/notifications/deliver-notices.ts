import { DAY_MS, MINUTE_MS } from '#lib/domain/minutes.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import type { MailingSite } from '#lib/site/mail/queue-mail.ts';
import { Prisma } from '#prisma-client';
import { describeNotice } from './describe-notice.ts';
import { noteEndingApprovals } from './ending-approvals.ts';
import { noteNearDates } from './find-near-dates.ts';
import { noticeContentSchema } from './notices.ts';
import { type Described, notifyPeople } from './notify.ts';

export type DeliveringSite = MailingSite & { db: Database };

/** People who are told in one transaction, so that an announcement to thousands holds no row for long. */
const BATCH = 100;
const RETRY_MINUTES = 10;
const TRANSACTION = { maxWait: 10_000, timeout: 60_000 };
/** Notices and read notifications are kept for this long, unread ones twice. */
const KEPT_DAYS = 90;

/**
 * Delivers everything that is due. Several processes may do this at the same time: each takes other notices, and what
 * it has told people is committed together with how far it got, so that everybody is told once, also after a crash.
 */
export async function deliverNotices(site: DeliveringSite): Promise<void> {
  await noteNearDates(site);
  await noteEndingApprovals(site);
  const failed: unknown[] = [];
  for (;;) {
    const taken: { id: string | null } = { id: null };
    try {
      await site.db.$transaction((tx) => deliverBatch(site, tx, taken), TRANSACTION);
    } catch (error) {
      failed.push(error);
      if (taken.id === null) break;
      await postpone(site, taken.id);
    }
    if (taken.id === null) break;
  }
  if (failed.length > 0) throw new AggregateError(failed, `Not delivered: ${failed.map(String).join('; ')}`);
}

/** So that one notice that can't be delivered doesn't keep all others from people. */
async function postpone({ db, now }: DeliveringSite, id: string): Promise<void> {
  const dueAt = new Date(now().getTime() + RETRY_MINUTES * MINUTE_MS);
  await db.notice.updateMany({ where: { id, doneAt: null }, data: { dueAt } });
}

interface DueNotice {
  id: string;
  content: unknown;
  toldUpTo: string | null;
}

/** Tells the next people of one notice. `taken` is left as it is if none is due that another process doesn't deliver. */
async function deliverBatch(
  site: DeliveringSite,
  tx: Transaction,
  taken: { id: string | null },
): Promise<void> {
  const [notice] = await tx.$queryRaw<DueNotice[]>`
    SELECT id, content, "toldUpTo" FROM "Notice" WHERE "doneAt" IS NULL AND "dueAt" <= ${site.now()}
    ORDER BY "dueAt", id LIMIT 1 FOR UPDATE SKIP LOCKED`;
  if (!notice) return;
  const { id, toldUpTo } = notice;
  taken.id = id;
  const content = parseColumn(noticeContentSchema, notice.content, {
    table: 'Notice',
    id,
    column: 'content',
  });
  const described = await describeNotice(site, tx, content);
  const people = described ? await findPeople(tx, described.to, toldUpTo) : [];
  if (described && people.length > 0) await notifyPeople(site, tx, people, described.telling);
  const isDone = people.length < BATCH;
  await tx.notice.update({
    where: { id },
    data: isDone ? { doneAt: site.now() } : { toldUpTo: people.at(-1)! },
  });
}

async function findPeople(tx: Transaction, to: Described['to'], after: string | null): Promise<string[]> {
  if ('userId' in to) return after === null ? [to.userId] : [];
  const isBehind = after === null ? Prisma.empty : Prisma.sql`AND membership."userId" > ${after}::uuid`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT membership."userId" AS id FROM "Membership" membership
    WHERE membership."teamId" IN (${teamsOf(to)}) ${isBehind} ORDER BY 1 LIMIT ${BATCH}`;
  return rows.map(({ id }) => id);
}

function teamsOf(to: Exclude<Described['to'], { userId: string }>): Prisma.Sql {
  if ('teamId' in to) return Prisma.sql`${to.teamId}::uuid`;
  const { challengeId, exceptPhaseId } = to;
  const except =
    exceptPhaseId === undefined
      ? Prisma.empty
      : Prisma.sql`AND NOT EXISTS (
          SELECT FROM "PhaseException" exception JOIN "Phase" phase ON phase.id = exception."phaseId"
          WHERE phase.id = ${exceptPhaseId}::uuid AND exception."teamId" = registration."teamId"
            AND exception."closesAt" > phase."closesAt"
        )`;
  return Prisma.sql`
    SELECT registration."teamId" FROM "Registration" registration
    WHERE registration."challengeId" = ${challengeId}::uuid AND registration.state <> 'DECLINED' ${except}`;
}

/** Removes what nobody reads any more. */
export async function forgetNotifications({ db, now }: Pick<DeliveringSite, 'db' | 'now'>): Promise<void> {
  const before = (days: number) => ({ lt: new Date(now().getTime() - days * DAY_MS) });
  await db.notice.deleteMany({ where: { doneAt: before(KEPT_DAYS) } });
  await db.notification.deleteMany({
    where: {
      OR: [{ createdAt: before(KEPT_DAYS), readAt: { not: null } }, { createdAt: before(2 * KEPT_DAYS) }],
    },
  });
}
