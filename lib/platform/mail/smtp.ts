import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Mailbox, SmtpServer } from './settings.ts';

export interface OutgoingMail {
  /** The same for every attempt, so that mail programs can recognize a mail that arrives twice. */
  messageId: string;
  from: Mailbox;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** RFC 8058: an address that unsubscribes with one POST. */
  unsubscribeUrl: string | null;
}

/** A mail that wasn't accepted. `isPermanent`: the server refused this mail, so another attempt won't help. */
export class MailError extends Error {
  readonly isPermanent: boolean;
  constructor(message: string, isPermanent: boolean) {
    super(message);
    this.name = 'MailError';
    this.isPermanent = isPermanent;
  }
}

const CONNECT_MS = 20_000;
const SILENT_MS = 60_000;

/** Sends mails over one server. */
export interface MailTransport {
  /** Throws MailError. */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}

export function openMailTransport(server: SmtpServer): MailTransport {
  const { host, port, isTls, login } = server;
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(host);
  const transport = createTransport({
    // Keeps the connection for the next mail.
    pool: true,
    maxConnections: 1,
    host,
    port,
    secure: isTls,
    ...(login ? { auth: login } : {}),
    // A password never crosses a network in clear.
    requireTLS: login !== null && !isLoopback,
    // On this host, a certificate proves nothing, and mail servers often have one that nobody signed.
    tls: { rejectUnauthorized: !isLoopback },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    // A message never reads files or addresses of this host.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ unsubscribeUrl, to, ...mail }) {
      const headers: Record<string, string> = { 'Auto-Submitted': 'auto-generated' };
      if (unsubscribeUrl) {
        headers['List-Unsubscribe'] = `<${unsubscribeUrl}>`;
        headers['List-Unsubscribe-Post'] = 'List-Unsubscribe=One-Click';
      }
      try {
        // As an object, so that the address isn't parsed as a list.
        await transport.sendMail({ ...mail, to: { name: '', address: to }, headers });
      } catch (error) {
        throw toMailError(error);
      }
    },
    close: () => transport.close(),
  };
}

const smtpErrorSchema = z.object({
  message: z.string(),
  code: z.string().optional(),
  responseCode: z.number().optional(),
});

/** A refused login is no refusal of the mail: an administrator can mend it while the mail waits. */
function toMailError(error: unknown): MailError {
  const { message, code, responseCode = 0 } = smtpErrorSchema.parse(error);
  const concernsMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return new MailError(message, concernsMail && responseCode >= 500);
}
