import { z } from 'zod';
import { MAIL_STATES, type MailRow, type MailsQuery, type MailsView } from '#lib/api/pages/administration.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { sendMailJob } from '#lib/platform/queue/mail-queue.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { mailStatus } from '#lib/site/mail/mail-status.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/** One page of the mails, newest first, without what they say. */
export async function mailsView(site: Site, query: MailsQuery, viewer: Viewer | null): Promise<MailsView> {
  authorize('site.inspect', viewer);
  const read = (slice: Slice) => findMails(site, query, slice);
  const [{ rows, ...links }, groups, status] = await Promise.all([
    readPageWithPrevious(query, read, ({ id }) => id),
    site.db.mail.groupBy({ by: ['state'], _count: true }),
    mailStatus(site),
  ]);
  const countOf = (state: string) => groups.find((group) => group.state === state)?._count ?? 0;
  const counts = Object.fromEntries(
    MAIL_STATES.map((state) => [state, countOf(state)]),
  ) as MailsView['counts'];
  return { mails: rows, ...links, counts, status, asOf: site.now().toISOString() };
}

async function findMails(
  { db, environment, now }: Site,
  { q, state }: MailsQuery,
  slice: Slice,
): Promise<MailRow[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`id`, slice);
  const conditions = [isInSlice];
  if (state) conditions.push(Prisma.sql`state = ${state}::"MailState"`);
  if (q) conditions.push(Prisma.sql`position(lower(${q}) IN lower("to" || ' ' || subject)) > 0`);
  const isOn = environment.mail !== null;
  const rows = await db.$queryRaw<(Omit<MailRow, 'createdAt'> & { createdAt: Date })[]>`
    SELECT id, "to", kind, subject, state::text, attempts, error, "createdAt",
      ${isOn} AND state = 'FAILED' AND content IS NOT NULL
        AND ("expiresAt" IS NULL OR "expiresAt" > ${now()}) AS "canResend"
    FROM "Mail" WHERE ${Prisma.join(conditions, ' AND ')} ${firstOfSlice}`;
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
}

/** Queues a failed mail again, with all of its attempts. Throws CONFLICT if it can't be sent any more. */
export async function resendMail(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('mail.administer', viewer);
  const { id } = parseInput(z.strictObject({ id: z.uuid() }), input);
  requireMail(site);
  const queue = await site.queue();
  await site.db.$transaction(async (tx) => {
    const isAlive = { OR: [{ expiresAt: null }, { expiresAt: { gt: site.now() } }] };
    const { count } = await tx.mail.updateMany({
      where: { id, state: 'FAILED', content: { not: null }, ...isAlive },
      data: { state: 'QUEUED', attempts: 0, error: null },
    });
    if (count === 0) {
      throw new DomainError(
        'CONFLICT',
        'This mail can’t be sent again: it was sent meanwhile, or its links have expired.',
      );
    }
    await sendMailJob(queue, tx, id);
    await recordAudit(tx, known, 'mail.resend', null, { mail: id });
  });
}

/** Mails the administrator, to see whether mail works. Returns the address. */
export async function sendTestMail(site: Site, viewer: Viewer | null): Promise<string> {
  const known = authorize('mail.administer', viewer);
  requireMail(site);
  const { email: to, name } = known;
  if (to === null) throw new DomainError('CONFLICT', 'Your account has no email address. Add one first.');
  await site.db.$transaction(async (tx) => {
    const message = {
      subject: 'Test mail of Heldout',
      parts: [
        `${name}, you have asked for this mail on the administration’s page. Mail works.`,
        { label: 'Open the mails', href: siteLink(site, '/admin/mail') },
      ],
    };
    await queueMail(site, tx, { to, kind: 'account', message });
    await recordAudit(tx, known, 'mail.test', null, {});
  });
  return to;
}

function requireMail({ environment }: Site): void {
  if (environment.mail !== null) return;
  throw new DomainError(
    'CONFLICT',
    'Mail is off. Set HELDOUT_SMTP_URL and HELDOUT_MAIL_FROM, and restart the site.',
  );
}
