import { z } from 'zod';

/**
 * What people are told about. Nobody can turn off a kind that they need to run their account; every other kind can be
 * turned off for mail, and those that are also in the list of notifications for that as well.
 */
export const MAIL_KINDS = {
  account: { label: 'Sign-in, password and address', isEssential: true, isOnSite: false },
  announcement: { label: 'Announcements of your challenges', isEssential: false, isOnSite: true },
  submission: { label: 'Ended submissions of your teams', isEssential: false, isOnSite: true },
  quota: { label: 'Submissions that are available again', isEssential: false, isOnSite: true },
  dates: { label: 'Phases that open or close soon', isEssential: false, isOnSite: true },
  registration: { label: 'Decisions about your registrations', isEssential: false, isOnSite: true },
  data: {
    label: 'Requests for data: your own, and to you as an organizer',
    isEssential: false,
    isOnSite: true,
  },
  team: { label: 'Requests to and changes of your teams', isEssential: false, isOnSite: false },
  organizer: { label: 'Invitations to organize challenges', isEssential: false, isOnSite: false },
  invitation: { label: 'Invitations to teams', isEssential: false, isOnSite: false },
} as const satisfies Record<string, { label: string; isEssential: boolean; isOnSite: boolean }>;

export type MailKind = keyof typeof MAIL_KINDS;

export const mailKindSchema = z.enum(Object.keys(MAIL_KINDS) as [MailKind, ...MailKind[]]);

/** Kinds that one can choose, in the order of the form. */
export const CHOSEN_KINDS = mailKindSchema.options.filter((kind) => !MAIL_KINDS[kind].isEssential);
