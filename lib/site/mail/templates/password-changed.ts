import type { Message } from '#lib/site/mail/message.ts';

/** To the owner of an account whose password was changed, in case it wasn't them. */
export function passwordChanged({ accountUrl }: { accountUrl: string }): Message {
  return {
    subject: 'Your Heldout password was changed',
    parts: [
      'The password of your Heldout account was just changed, and all other browsers were signed out.',
      'If it was you, there is nothing to do. If it wasn’t, set a new password now and look through your sessions and API tokens:',
      { label: 'Open your account', href: accountUrl },
    ],
  };
}
