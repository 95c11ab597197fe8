import type { Message } from '#lib/site/mail/message.ts';

/** To the owner of an account about a change of how it is protected, in case it wasn't them. */
export function securityNotice({
  subject,
  what,
  accountUrl,
}: {
  subject: string;
  what: string;
  accountUrl: string;
}): Message {
  return {
    subject,
    parts: [
      what,
      'If it was you, there is nothing to do. If it wasn’t, set a new password now and look through your account:',
      { label: 'Open your account', href: accountUrl },
    ],
  };
}
