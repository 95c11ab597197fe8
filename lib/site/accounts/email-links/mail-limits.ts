import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Client } from '#lib/site/accounts/client.ts';
import { consumeAttempts } from '#lib/site/accounts/limits/rate-limit.ts';
import type { Site } from '#lib/site/site.ts';

/** Counts a mail that somebody asks for without being signed in. Throws TOO_MANY_ATTEMPTS. */
export function consumeMail(site: Site, email: string, { address }: Client): Promise<void> {
  return consumeAttempts(site, [
    { rule: RATE_LIMITS.mailByRecipient, who: email },
    { rule: RATE_LIMITS.mailByClient, who: address },
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
