import { opensPage, type Row } from '#test/support/rights/attempts.ts';
import type { Place, Stage } from '#test/support/rights/stage.ts';
import { unique } from '#test/support/site/scene.ts';
import { form, state } from './form.ts';
import { route } from './route.ts';

const PAGE = '/account/notifications';
const ANNOUNCEMENTS = 'app/organize/[slug]/announcements/actions.ts';

async function newAnnouncement({ database }: Stage, { challengeId }: Place): Promise<string> {
  const data = { challengeId, title: 'Before', body: 'Before', author: 'Olga' };
  return (await database.owner.announcement.create({ data })).id;
}

const pageOf = (path: (place: Place) => string | Promise<string>): Row['attempt'] => {
  return async (stage, actor) => opensPage(stage, actor, await path(stage.place));
};

const API_ANNOUNCEMENTS = '/api/v1/challenges/{slug}/announcements';

const API_ROWS: readonly Row[] = [
  route(`GET ${API_ANNOUNCEMENTS}`, 'challenge.read', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/announcements`,
  })),
  route(`POST ${API_ANNOUNCEMENTS}`, 'announcement.write', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/announcements`,
    json: { title: 'News', body: 'Something.', isPinned: false },
  })),
  route('GET /api/v1/notifications', 'notification.read', () => ({ path: '/api/v1/notifications' })),
  route('POST /api/v1/notifications/read', 'notification.markRead', () => ({
    path: '/api/v1/notifications/read',
    json: { id: 'all' },
  })),
];

/** Pages, routes and server actions around notifications and announcements. */
export const NOTIFICATION_ROWS: readonly Row[] = [
  ...API_ROWS,
  form(
    'app/account/notifications/actions.ts#markReadAction',
    'notification.markRead',
    async (stage, actor) => {
      const { notification } = stage.database.owner;
      const { userId } = (actor.account ?? stage.actors[1]!.account)!;
      const { id } = await notification.create({ data: { userId, kind: 'dates', title: 'x', path: '/' } });
      return {
        page: PAGE,
        fields: { id },
        isDone: async () => (await notification.findUniqueOrThrow({ where: { id } })).readAt !== null,
      };
    },
  ),
  form(
    'app/account/notifications/actions.ts#chooseNotificationsAction',
    'notification.change',
    async (stage, actor) => {
      const { siteOptOut } = stage.database.owner;
      const { userId } = (actor.account ?? stage.actors[1]!.account)!;
      await siteOptOut.deleteMany({ where: { userId } });
      return {
        page: PAGE,
        state,
        fields: { onSite: 'dates', byMail: 'dates' },
        isDone: async () => (await siteOptOut.count({ where: { userId } })) > 0,
      };
    },
  ),
  {
    entry: '/challenges/[slug]/announcements',
    action: 'challenge.read',
    attempt: pageOf(({ slug }) => `/challenges/${slug}/announcements`),
  },
  {
    entry: '/challenges/[slug]/calendar.ics',
    action: 'challenge.read',
    attempt: pageOf(({ slug }) => `/challenges/${slug}/calendar.ics`),
  },
  {
    entry: '/organize/[slug]/announcements',
    action: 'console.read',
    attempt: pageOf(({ slug }) => `/organize/${slug}/announcements`),
  },
  {
    entry: '/organize/[slug]/announcements/[id]',
    action: 'announcement.write',
    attempt: async (stage, actor) => {
      const id = await newAnnouncement(stage, stage.place);
      return opensPage(stage, actor, `/organize/${stage.place.slug}/announcements/${id}`);
    },
  },
  form(`${ANNOUNCEMENTS}#createAnnouncementAction`, 'announcement.write', ({ database, place }) => {
    const title = unique('News');
    return {
      page: `/organize/${place.slug}/announcements`,
      state,
      fields: { challenge: place.slug, title, body: 'Text', isPinned: 'yes' },
      isDone: async () => (await database.owner.announcement.count({ where: { title } })) === 1,
    };
  }),
  form(`${ANNOUNCEMENTS}#editAnnouncementAction`, 'announcement.write', async (stage) => {
    const { place, database } = stage;
    const id = await newAnnouncement(stage, place);
    return {
      page: `/organize/${place.slug}/announcements/${id}`,
      state,
      fields: { challenge: place.slug, announcement: id, title: 'After', body: 'After' },
      isDone: async () => (await database.owner.announcement.count({ where: { id, title: 'After' } })) === 1,
    };
  }),
  form(`${ANNOUNCEMENTS}#withdrawAnnouncementAction`, 'announcement.write', async (stage) => {
    const { place, database } = stage;
    const id = await newAnnouncement(stage, place);
    const where = { id, withdrawnAt: { not: null } };
    return {
      page: `/organize/${place.slug}/announcements/${id}`,
      state,
      fields: { challenge: place.slug, announcement: id },
      isDone: async () => (await database.owner.announcement.count({ where })) === 1,
    };
  }),
];
