import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import type { SmtpServer } from '#lib/platform/mail/settings.ts';
import { MailError, type MailTransport, openMailTransport } from '#lib/platform/mail/smtp.ts';
import { MAX_MAIL_ATTEMPTS, workMailQueue } from '#lib/platform/queue/mail-queue.ts';
import { openQueue } from '#lib/platform/queue/queue.ts';
import { decrypt } from '#lib/site/encryption.ts';
import type { SiteEnvironment } from '#lib/site/environment.ts';
import { mailContentSchema } from './queue-mail.ts';

type Mail = NonNullable<Awaited<ReturnType<Database['mail']['findUnique']>>>;

/** Sent and failed mails are kept for this long. */
const KEPT_DAYS = 90;
const FORGET_EVERY_MS = 3_600_000;
const MAX_ERROR_LENGTH = 500;
const START_AGAIN_MS = 5000;

/**
 * Sends the queued mails, with the site's own database login, until stopped. Does nothing if mail is off. Several
 * processes of the site share the work. While the database is unavailable, it tries again.
 */
export function startMailWorker(
  environment: SiteEnvironment,
  onError: (error: Error) => void,
): () => Promise<void> {
  const { mail } = environment;
  if (!mail) return async () => undefined;
  const stop = new AbortController();
  const { signal } = stop;
  const done = (async () => {
    while (!signal.aborted) {
      await workMails(environment, mail.server, { signal, onError }).catch(onError);
      await sleep(START_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stop.abort();
    await done;
  };
}

async function workMails(
  environment: SiteEnvironment,
  server: SmtpServer,
  { signal, onError }: { signal: AbortSignal; onError: (error: Error) => void },
): Promise<void> {
  const { databaseUrl } = environment;
  const queue = await openQueue(databaseUrl, { purpose: 'send', onError });
  const db = openDatabase(databaseUrl, { connections: 2 });
  const transport = openMailTransport(server);
  const forgetting = setInterval(() => forgetOld(db).catch(onError), FORGET_EVERY_MS);
  try {
    await workMailQueue(queue, { signal, onError }, (id) => sendMail(environment, db, transport, id));
  } finally {
    clearInterval(forgetting);
    transport.close();
    await queue.stop({ graceful: false });
    await db.$disconnect();
  }
}

/** Makes one attempt. Throws if it failed and another one is due, so that the queue delivers the mail again. */
async function sendMail(
  environment: SiteEnvironment,
  db: Database,
  transport: MailTransport,
  id: string,
): Promise<void> {
  const mail = await db.mail.findUnique({ where: { id } });
  if (mail?.state !== 'QUEUED') return;
  // A failed mail keeps its content, encrypted, so that an administrator can send it again.
  const end = (data: { state: 'SENT' | 'FAILED'; error: string | null; sentAt?: Date; content?: null }) =>
    db.mail.updateMany({ where: { id, state: 'QUEUED' }, data: { ...data, attempts: { increment: 1 } } });
  const problem = problemOf(environment, mail);
  if (problem !== null) {
    await end({ state: 'FAILED', error: problem, content: null });
    return;
  }
  try {
    await transport.send(outgoing(environment, mail));
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    const message = error.message.slice(0, MAX_ERROR_LENGTH);
    if (error.isPermanent || mail.attempts + 1 >= MAX_MAIL_ATTEMPTS) {
      await end({ state: 'FAILED', error: message });
      return;
    }
    await db.mail.updateMany({ where: { id }, data: { error: message, attempts: { increment: 1 } } });
    throw error;
  }
  await end({ state: 'SENT', error: null, sentAt: new Date(), content: null });
}

/** Why the mail can't be sent at all; null if it can. */
function problemOf(environment: SiteEnvironment, mail: Mail): string | null {
  if (mail.expiresAt && mail.expiresAt <= new Date()) {
    return `It expired before it could be sent. ${mail.error ?? ''}`.trim();
  }
  return contentOf(environment, mail) === null
    ? 'NEXTAUTH_SECRET has changed, so the mail can’t be read.'
    : null;
}

function contentOf(
  environment: SiteEnvironment,
  { content }: Mail,
): z.infer<typeof mailContentSchema> | null {
  const text = content && decrypt(environment, 'mail', content);
  return text === null ? null : mailContentSchema.parse(JSON.parse(text));
}

function outgoing(environment: SiteEnvironment, mail: Mail) {
  const { origin } = environment;
  const from = environment.mail!.from;
  return {
    ...contentOf(environment, mail)!,
    messageId: `<${mail.id}@${new URL(origin).hostname}>`,
    from,
    to: mail.to,
    subject: mail.subject,
  };
}

async function forgetOld(db: Database): Promise<void> {
  const before = new Date(Date.now() - KEPT_DAYS * DAY_MS);
  await db.mail.deleteMany({ where: { createdAt: { lt: before }, state: { not: 'QUEUED' } } });
}
