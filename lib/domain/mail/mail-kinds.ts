import { z } from 'zod';

/** What a mail is about. A kind that nobody needs to run their account can be unsubscribed from. */
export const MAIL_KINDS = {
  account: { label: 'Sign-in, password and address', isEssential: true },
  invitation: { label: 'Invitations to teams', isEssential: false },
  team: { label: 'Requests to and changes of your teams', isEssential: false },
} as const satisfies Record<string, { label: string; isEssential: boolean }>;

export type MailKind = keyof typeof MAIL_KINDS;

export const mailKindSchema = z.enum(Object.keys(MAIL_KINDS) as [MailKind, ...MailKind[]]);
