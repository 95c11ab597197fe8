import type { Row } from '#test/support/rights/attempts.ts';
import { form, state } from './form.ts';

const PAGE = '/account/notifications';

/** Server actions around notifications. */
export const NOTIFICATION_ROWS: readonly Row[] = [
  form('app/account/notifications/actions.ts#markReadAction', 'notification.change', async (stage, actor) => {
    const { notification } = stage.database.owner;
    const { userId } = (actor.account ?? stage.actors[1]!.account)!;
    const { id } = await notification.create({ data: { userId, kind: 'dates', title: 'x', path: '/' } });
    return {
      page: PAGE,
      fields: { id },
      isDone: async () => (await notification.findUniqueOrThrow({ where: { id } })).readAt !== null,
    };
  }),
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
];
