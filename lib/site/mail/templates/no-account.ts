import type { Message } from '#lib/site/mail/message.ts';

/** To an address for which somebody asked for a link, but which has no account. */
export function noAccount({ signUpUrl }: { signUpUrl: string }): Message {
  return {
    subject: 'You have no Heldout account with this address',
    parts: [
      'Somebody asked for a link to sign in to Heldout with this address, but it has no account. Your account may have another address.',
      'If it wasn’t you, there is nothing to do. If you want an account:',
      { label: 'Sign up', href: signUpUrl },
    ],
  };
}
