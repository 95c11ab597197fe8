import { opensPage, type Row } from '#test/support/rights/attempts.ts';
import { unique } from '#test/support/site/scene.ts';
import { form, state } from './form.ts';

const ACTIONS = 'app/admin/actions.ts';
const PAGES = ['', '/users', '/challenges', '/runners', '/storage', '/mail', '/limits'];

/** Pages and server actions of the administration. */
export const ADMINISTRATION_ROWS: readonly Row[] = [
  ...PAGES.map(
    (path): Row => ({
      entry: `/admin${path}`,
      action: 'site.inspect',
      attempt: (stage, actor) => opensPage(stage, actor, `/admin${path}`),
    }),
  ),
  form(`${ACTIONS}#changeUserAction`, 'user.administer', async ({ database }) => {
    const email = `${unique('user')}@example.org`;
    const { id } = await database.owner.user.create({ data: { name: 'Eve', email } });
    const where = { id, disabledAt: { not: null } };
    return {
      page: '/admin/users',
      state,
      fields: { id, change: 'disable' },
      isDone: async () => (await database.owner.user.count({ where })) === 1,
    };
  }),
  form(`${ACTIONS}#resendMailAction`, 'mail.administer', async ({ database }) => {
    const failed = { state: 'FAILED', content: new Uint8Array([1]), error: 'x' } as const;
    const data = { to: `${unique('user')}@example.org`, kind: 'account', subject: 'x', ...failed };
    const { id } = await database.owner.mail.create({ data });
    return {
      page: '/admin/mail',
      state,
      fields: { id },
      isDone: async () => (await database.owner.mail.findUniqueOrThrow({ where: { id } })).error !== 'x',
    };
  }),
  form(`${ACTIONS}#sendTestMailAction`, 'mail.administer', async ({ database }, { account }) => {
    const to = account?.email ?? 'nobody@example.org';
    const where = { to, subject: 'Test mail of Heldout' };
    await database.owner.mail.deleteMany({ where });
    return {
      page: '/admin/mail',
      state,
      isDone: async () => (await database.owner.mail.count({ where })) === 1,
    };
  }),
];
