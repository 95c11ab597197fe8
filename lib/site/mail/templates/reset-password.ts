import type { Message } from '#lib/site/mail/message.ts';

export function resetPassword({ url }: { url: string }): Message {
  return {
    subject: 'Set a new Heldout password',
    parts: [
      'Somebody asked to set a new password for your Heldout account. If it was you, open this link within one hour:',
      { label: 'Set a new password', href: url },
      'The link works once. If it wasn’t you, there is nothing to do: your password still works, and only you have this link.',
    ],
  };
}
