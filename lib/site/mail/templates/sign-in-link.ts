import type { Message } from '#lib/site/mail/message.ts';

export function signInLink({ url }: { url: string }): Message {
  return {
    subject: 'Your link to sign in to Heldout',
    parts: [
      'Open this link within 15 minutes to sign in:',
      { label: 'Sign in', href: url },
      'The link works once. If you didn’t ask for it, there is nothing to do. Never give it to anybody.',
    ],
  };
}
