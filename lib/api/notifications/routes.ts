import { z } from 'zod';
import { countSchema, created, idSchema, listResponse, ok, timestampSchema } from '../values.ts';
import { announcementsQuerySchema, writeAnnouncementSchema } from './announcements.ts';
import { notificationsQuerySchema } from './notifications.ts';

const ANNOUNCEMENTS = '/api/v1/challenges/{slug}/announcements';
const NOTIFICATIONS = '/api/v1/notifications';

const announcementSchema = z.object({
  id: idSchema,
  title: z.string(),
  /** Markdown. */
  body: z.string(),
  isPinned: z.boolean(),
  /** Name of the organizer. */
  author: z.string(),
  createdAt: timestampSchema,
  editedAt: timestampSchema.nullable(),
});

const notificationSchema = z.object({
  id: idSchema,
  title: z.string(),
  /** On this site. */
  path: z.string(),
  /** To the minute. */
  createdAt: timestampSchema,
  isRead: z.boolean(),
});

/** Marks one notification as read, or all. */
export const markReadRequestSchema = z.strictObject({ id: z.union([idSchema, z.literal('all')]) });

/** What people are told, a part of ROUTES. */
export const NOTIFICATION_ROUTES = {
  listAnnouncements: {
    method: 'GET',
    path: ANNOUNCEMENTS,
    action: 'challenge.read',
    query: announcementsQuerySchema,
    response: ok(listResponse('announcements', announcementSchema)),
  },
  createAnnouncement: {
    method: 'POST',
    path: ANNOUNCEMENTS,
    action: 'announcement.write',
    body: writeAnnouncementSchema,
    takesIdempotencyKey: true,
    response: created(z.object({ announcement: z.object({ id: idSchema }) })),
  },
  listNotifications: {
    method: 'GET',
    path: NOTIFICATIONS,
    action: 'notification.read',
    query: notificationsQuerySchema,
    response: ok(listResponse('notifications', notificationSchema).extend({ unread: countSchema })),
  },
  markNotificationsRead: {
    method: 'POST',
    path: `${NOTIFICATIONS}/read`,
    action: 'notification.markRead',
    body: markReadRequestSchema,
    response: ok(z.object({ unread: countSchema })),
  },
} as const;
