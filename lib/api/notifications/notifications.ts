import { z } from 'zod';
import { CHOSEN_KINDS, type MailKind } from '#lib/domain/mail/mail-kinds.ts';
import { PAGE_LIMITS } from '../page-limits.ts';
import { idSchema, listQueryShape, type PageLinks } from '../values.ts';

/** The list of somebody's notifications, for pages and the API, and what they have chosen. */

export const notificationsQuerySchema = z.object(listQueryShape(idSchema, PAGE_LIMITS));
export type NotificationsQuery = z.output<typeof notificationsQuerySchema>;

export interface NotificationEntry {
  id: string;
  title: string;
  /** On this site. */
  path: string;
  /** To the minute: the exact end of a submission would reveal how long it ran. */
  createdAt: string;
  isRead: boolean;
}

export interface NotificationChoice {
  kind: MailKind;
  label: string;
  /** null: this kind comes by mail only. */
  onSite: boolean | null;
  byMail: boolean;
}

export interface NotificationsView extends PageLinks {
  notifications: NotificationEntry[];
  unread: number;
  choices: NotificationChoice[];
  /** Where mails go; null without an address. */
  email: string | null;
  asOf: string;
}

const kindsSchema = z.array(z.enum(CHOSEN_KINDS as [MailKind, ...MailKind[]]));

/** The kinds that somebody wants; every other one is turned off. */
export const chooseNotificationsSchema = z.strictObject({ onSite: kindsSchema, byMail: kindsSchema });
