import { DomainError } from '#lib/domain/errors.ts';
import type { Client } from '#lib/site/accounts/client.ts';
import { consumeAttempts } from '#lib/site/accounts/rate-limit.ts';
import type { Site } from '#lib/site/site.ts';

/** So that nobody can fill somebody's mailbox. Counts every request, whether or not the address has an account. */
const BY_RECIPIENT = { name: 'mail to address', attempts: 5, windowSeconds: 3600 };
/** Enough for a workshop behind one address. */
const BY_CLIENT = { name: 'mail by client', attempts: 100, windowSeconds: 3600 };

/** Counts a mail that somebody asks for without being signed in. Throws TOO_MANY_ATTEMPTS. */
export function consumeMail(site: Site, email: string, { address }: Client): Promise<void> {
  return consumeAttempts(site, [
    { rule: BY_RECIPIENT, who: email },
    { rule: BY_CLIENT, who: address },
  ]);
}

/** Throws CONFLICT if the site can't send mail, instead of promising one that never arrives. */
export function requireMail({ environment }: Site): void {
  if (sendsMail(environment)) return;
  throw new DomainError(
    'CONFLICT',
    'This site can’t send mail at the moment, so it can’t send a link. Ask its administrator for help.',
  );
}

/** Whether people can get mail from this site; a development site shows it at /dev/mail. */
export function sendsMail({ mail, showsMail }: Site['environment']): boolean {
  return mail !== null || showsMail;
}
