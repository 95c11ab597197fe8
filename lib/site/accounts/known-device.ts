import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Site } from '#lib/site/site.ts';

/**
 * A browser that has signed in to an account keeps a device cookie, so that its wrong passwords are counted apart
 * from everybody else's: nobody can slow its owner down. This is OWASP's "Slow Down Online Guessing Attacks with
 * Device Cookies".
 *
 * The cookie is a list of entries, one per account: `userId.nonce.signature`. The signature covers the hash of the
 * password, so that a new password makes all other browsers unknown. It never replaces the password.
 */
const MAX_ENTRIES = 5;
const ENTRY_PATTERN = /^[0-9a-f-]{36}\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/;

interface Account {
  id: string;
  passwordHash: string | null;
}

/** The ID of a browser that has signed in to this account; null for any other. */
export function knownDevice(
  { environment }: Pick<Site, 'environment'>,
  cookie: string | undefined,
  account: Account,
): string | null {
  for (const entry of entriesOf(cookie)) {
    const [userId, nonce = '', signature = ''] = entry.split('.');
    if (userId !== account.id || account.passwordHash === null) continue;
    const expected = sign(environment.sessionSecret, account, nonce);
    if (timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return nonce;
  }
  return null;
}

/** The new value of a browser's cookie after it has signed in to this account. */
export function rememberDevice(
  site: Pick<Site, 'environment'>,
  cookie: string | undefined,
  account: Account,
): string {
  const nonce = knownDevice(site, cookie, account) ?? randomBytes(16).toString('base64url');
  const own = [account.id, nonce, sign(site.environment.sessionSecret, account, nonce)].join('.');
  const others = entriesOf(cookie).filter((entry) => !entry.startsWith(`${account.id}.`));
  return [own, ...others].slice(0, MAX_ENTRIES).join('~');
}

function entriesOf(cookie: string | undefined): string[] {
  const entries = cookie?.split('~', MAX_ENTRIES) ?? [];
  return entries.filter((entry) => ENTRY_PATTERN.test(entry));
}

function sign(secret: string, { id, passwordHash }: Account, nonce: string): string {
  return createHmac('sha256', secret).update(`device\n${id}\n${nonce}\n${passwordHash}`).digest('base64url');
}
