import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SmtpServer } from '#lib/platform/mail/settings.ts';

/** A real SMTP server on this host, and the mails that it has accepted. */
export interface MailServer {
  server: SmtpServer;
  /** smtp://127.0.0.1:PORT */
  url: string;
  /** Accepted mails, parsed, with the envelope that they came with. */
  mails: ReceivedMail[];
  /** The next mail to this address that nobody has waited for yet. */
  next(to: string): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export interface ReceivedMail {
  envelope: { from: string; to: string[] };
  raw: string;
  parsed: ParsedMail;
  isSecure: boolean;
}

const WAIT_MS = 20_000;

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const taken = new Set<ReceivedMail>();
  const waiting = new Set<() => void>();
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...options,
    onData(stream, session, done) {
      void (async () => {
        const raw = Buffer.concat(await stream.toArray()).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }: { address: string }) => address),
        };
        mails.push({ envelope, raw, parsed: await simpleParser(raw), isSecure: session.secure });
        done();
        for (const wake of waiting) wake();
      })();
    },
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const { port } = smtp.server.address() as AddressInfo;
  const find = (to: string) => mails.find((mail) => !taken.has(mail) && mail.envelope.to.includes(to));
  return {
    server: { host: '127.0.0.1', port, isTls: options.secure ?? false, login: null },
    url: `smtp://127.0.0.1:${port}`,
    mails,
    async next(to) {
      const until = Date.now() + WAIT_MS;
      for (;;) {
        const mail = find(to);
        if (mail) {
          taken.add(mail);
          return mail;
        }
        if (Date.now() > until) throw new Error(`No mail to ${to} arrived.`);
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        const timer = setTimeout(resolve, Math.max(1, until - Date.now()));
        await promise;
        clearTimeout(timer);
        waiting.delete(resolve);
      }
    },
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
}

/** The first link of a mail's plain text whose path begins so. */
export function linkIn(mail: ReceivedMail, path: string): URL {
  for (const [address] of (mail.parsed.text ?? '').matchAll(/https?:\/\/\S+/g)) {
    const link = new URL(address);
    if (link.pathname === path) return link;
  }
  throw new Error(`The mail has no link to ${path}:\n${mail.parsed.text}`);
}
