import { z } from 'zod';
import { markdownSchema } from '#lib/domain/challenges/markdown.ts';
import { PAGE_LIMITS } from '../page-limits.ts';
import type { QueueView } from '../pages/organizer.ts';
import { idSchema, listQueryShape, nameSchema, type PageLinks } from '../values.ts';

/** Announcements of a challenge, for pages and the API. */

export const announcementsQuerySchema = z.object(listQueryShape(idSchema, PAGE_LIMITS));
export type AnnouncementsQuery = z.output<typeof announcementsQuerySchema>;

const MAX_BODY = 10_000;

export const writeAnnouncementSchema = z.strictObject({
  title: nameSchema(120),
  /** Markdown. */
  body: z
    .string()
    .overwrite((text) => text.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim())
    .pipe(markdownSchema(MAX_BODY)),
  isPinned: z.boolean(),
});

export interface AnnouncementEntry {
  id: string;
  title: string;
  /** Markdown. */
  body: string;
  isPinned: boolean;
  author: string;
  createdAt: string;
  editedAt: string | null;
  /** null: everybody sees it. */
  withdrawnAt: string | null;
}

/** A page of them, for everybody. */
export interface PublicAnnouncements extends PageLinks {
  announcements: AnnouncementEntry[];
}

/** The same for organizers, with those that were withdrawn. */
export interface AnnouncementsView extends PublicAnnouncements, Pick<QueueView, 'challenge' | 'asOf'> {
  mayWrite: boolean;
  /** How many people are told about the next one. */
  readers: number;
}

export interface AnnouncementView extends Pick<QueueView, 'challenge' | 'asOf'> {
  announcement: AnnouncementEntry;
  mayWrite: boolean;
}
