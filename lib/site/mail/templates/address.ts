import type { Message } from '#lib/site/mail/message.ts';

/** Mails about the address of an account. */

export function confirmAddress({ url }: { url: string }): Message {
  return {
    subject: 'Confirm your address for Heldout',
    parts: [
      'Open this link within 24 hours to use this address for your Heldout account:',
      { label: 'Confirm address', href: url },
      'The link works once. If you didn’t ask for it, there is nothing to do.',
    ],
  };
}

/** To a new address that belongs to another account. */
export function addressTaken({ signInUrl }: { signInUrl: string }): Message {
  return {
    subject: 'You already have a Heldout account',
    parts: [
      'Somebody asked to use this address for another Heldout account, but it already has one. Nothing has changed. To use it for the other account, change the address of this one first:',
      { label: 'Sign in', href: signInUrl },
    ],
  };
}

/** To the old address, in case it wasn't the owner. */
export function addressChangeRequested({
  email,
  accountUrl,
}: {
  email: string;
  accountUrl: string;
}): Message {
  return {
    subject: 'The address of your Heldout account is about to change',
    parts: [
      `Somebody who knows the password of your Heldout account asked to change its address to ${email}. It changes when the link that was mailed there is opened.`,
      'If it was you, there is nothing to do here. If it wasn’t, change your password now:',
      { label: 'Open your account', href: accountUrl },
    ],
  };
}

/** To the old address, after the change. */
export function addressChanged({ email, siteUrl }: { email: string; siteUrl: string }): Message {
  return {
    subject: 'The address of your Heldout account was changed',
    parts: [
      `The address of your Heldout account is ${email} now. This address no longer belongs to it.`,
      'If it wasn’t you, write to the administrators of this site at once: links to set a new password now go to the new address.',
      { label: 'Open Heldout', href: siteUrl },
    ],
  };
}
