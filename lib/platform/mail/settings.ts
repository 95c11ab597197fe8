import { z } from 'zod';

/** A mail server: host, port, TLS and login, as HELDOUT_SMTP_URL says them. */
export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte (smtps://). Otherwise STARTTLS is used where the server offers it. */
  isTls: boolean;
  login: { user: string; pass: string } | null;
}

/** A mail address with the name that mail programs show. */
export interface Mailbox {
  name: string;
  address: string;
}

const DEFAULT_PORTS = { 'smtp:': 587, 'smtps:': 465 };

/** smtp://user:password@host:587 or smtps://host. User and password are URI-encoded. */
export const smtpUrlSchema = z
  .url({
    protocol: /^smtps?$/,
    error: 'Set it to the mail server’s URL, smtp://user:password@host:587 or smtps://…',
  })
  .transform((text): SmtpServer => {
    const { protocol, hostname, port, username, password } = new URL(text);
    const isTls = protocol === 'smtps:';
    return {
      // IPv6 addresses stand in brackets in a URL.
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? DEFAULT_PORTS[isTls ? 'smtps:' : 'smtp:'] : Number(port),
      isTls,
      login:
        username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    };
  });

const FROM = /^(?:(?<name>[^<>\r\n]*?)\s*<(?<inner>[^<>\s]+)>|(?<bare>[^<>\s]+))$/;

/** `Heldout <heldout@example.org>` or an address alone. */
export const mailboxSchema = z.string().transform((text, context): Mailbox => {
  const { name = '', inner, bare } = FROM.exec(text.trim())?.groups ?? {};
  const address = z.email().safeParse(inner ?? bare);
  if (address.success) return { name: name.replace(/^"(.*)"$/, '$1'), address: address.data };
  context.addIssue({ code: 'custom', message: 'Set it to a sender, Heldout <heldout@example.org>.' });
  return z.NEVER;
});
