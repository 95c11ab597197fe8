import { DomainError } from '#lib/domain/errors.ts';
import {
  type EmailLink,
  type EmailLinkPurpose,
  findEmailLink,
} from '#lib/site/accounts/email-links/email-links.ts';
import { site } from '#lib/site/site.ts';
import type { Parameter } from './refuse.ts';

/** A link from a mail, for the page that it leads to; or what is wrong with it. Doesn’t use it up. */
export async function mailedLink(
  purpose: EmailLinkPurpose,
  token: Parameter,
): Promise<{ token: string; link: Pick<EmailLink, 'email' | 'name'> } | { problem: string }> {
  const text = typeof token === 'string' ? token : '';
  try {
    return { token: text, link: await findEmailLink(site(), purpose, text) };
  } catch (error) {
    if (error instanceof DomainError) return { problem: error.message };
    throw error;
  }
}
