import { createHmac, randomBytes } from 'node:crypto';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * Links in mails. Each contains a token of 256 random bits, works once and until it expires; only an HMAC of the token
 * is stored. Opening a link changes nothing, because mail programs open links to scan them: its page has a button.
 */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;
const MINUTE_MS = 60_000;

const LIFETIME_MINUTES = {
  SIGN_UP: 24 * 60,
  RESET_PASSWORD: 60,
  CHANGE_ADDRESS: 24 * 60,
  SIGN_IN: 15,
} as const;

export type EmailLinkPurpose = keyof typeof LIFETIME_MINUTES;
export type EmailLink = NonNullable<Awaited<ReturnType<Transaction['emailLink']['findUnique']>>>;

export interface NewEmailLink {
  purpose: EmailLinkPurpose;
  email: string;
  /** null if there is no such account. The link is stored anyway, because the time it takes would tell. */
  userId: string | null;
  name?: string;
  passwordHash?: string;
}

/** Stores a link. Returns its token and when it expires. */
export async function createEmailLink(
  { environment, now }: Site,
  tx: Transaction,
  link: NewEmailLink,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const createdAt = now();
  const expiresAt = new Date(createdAt.getTime() + LIFETIME_MINUTES[link.purpose] * MINUTE_MS);
  await tx.emailLink.create({
    data: { ...link, tokenHash: hashToken(environment, token), createdAt, expiresAt },
    select: { id: true },
  });
  await tx.emailLink.deleteMany({ where: { expiresAt: { lte: createdAt } } });
  return { token, expiresAt };
}

/** The link of a token, without using it up. Throws NOT_FOUND. */
export async function findEmailLink(
  { db, environment, now }: Pick<Site, 'environment' | 'now'> & { db: Transaction },
  purpose: EmailLinkPurpose,
  token: string,
): Promise<EmailLink> {
  const link = TOKEN_PATTERN.test(token)
    ? await db.emailLink.findUnique({ where: { tokenHash: hashToken(environment, token) } })
    : null;
  if (link && link.purpose === purpose && link.expiresAt > now()) return link;
  throw new DomainError(
    'NOT_FOUND',
    'This link has expired, was already used, or is incomplete. Request a new one.',
  );
}

/** Uses a link up, in the transaction of what it is for. Of two requests at once, one throws NOT_FOUND. */
export async function takeEmailLink(
  site: Site,
  tx: Transaction,
  purpose: EmailLinkPurpose,
  token: string,
): Promise<EmailLink> {
  const link = await findEmailLink({ ...site, db: tx }, purpose, token);
  const { count } = await tx.emailLink.deleteMany({ where: { id: link.id } });
  if (count === 1) return link;
  throw new DomainError('NOT_FOUND', 'This link was just used. Request a new one if it wasn’t you.');
}

function hashToken({ sessionSecret }: Site['environment'], token: string): string {
  return createHmac('sha256', sessionSecret).update(`email link\n${token}`).digest('hex');
}
