import type { Action } from '#lib/domain/rights/actions.ts';
import { type Row, sendsForm } from '#test/support/rights/attempts.ts';
import { PASSWORD, type Stage } from '#test/support/rights/stage.ts';
import { unique } from '#test/support/site/scene.ts';
import { form, setsCookie, state } from './form.ts';

const newEmail = () => `${unique('new')}@example.org`;
const mailsTo = (stage: Stage, to: string) => stage.database.owner.mail.count({ where: { to } });
const linksTo = (stage: Stage, email: string) => stage.database.owner.emailLink.count({ where: { email } });

/** Whether no link for this purpose is left: each attempt makes one and uses it. */
const isUsed = async ({ database }: Stage, purpose: 'CHANGE_ADDRESS' | 'RESET_PASSWORD') =>
  (await database.owner.emailLink.count({ where: { purpose } })) === 0;

/** A form that mails a link to any address. */
function mailsLink(entry: string, page: string, action: Action, fields: Record<string, string> = {}): Row {
  return form(entry, action, (stage) => {
    const email = newEmail();
    return {
      page,
      state,
      fields: { email, 'new-email': email, 'email-password': PASSWORD, ...fields },
      isDone: async () => (await linksTo(stage, email)) === 1 && (await mailsTo(stage, email)) === 1,
    };
  });
}

/** Server actions around mailed links, and those of one’s own account that need a link or a password. */
export const ACCOUNT_ROWS: readonly Row[] = [
  mailsLink('app/reset-password/actions.ts#requestResetAction', '/reset-password', 'account.recover'),
  mailsLink('app/sign-in/link/actions.ts#requestLinkAction', '/sign-in/link', 'account.signIn', {
    next: '/',
  }),
  mailsLink('app/account/address/actions.ts#changeAddressAction', '/account', 'account.change'),
  form('app/account/address/actions.ts#sendConfirmationAction', 'account.change', async (stage, actor) => {
    const email = actor.account?.email ?? 'nobody@example.org';
    const before = await mailsTo(stage, email);
    return { page: '/account', state, isDone: async () => (await mailsTo(stage, email)) === before + 1 };
  }),
  form(
    'app/account/address/actions.ts#confirmAddressAction',
    'account.confirmAddress',
    async (stage, actor) => {
      await stage.database.owner.emailLink.deleteMany();
      const token = await stage.newLink(actor, 'CHANGE_ADDRESS');
      return {
        page: '/account/address',
        state,
        fields: { token },
        isDone: () => isUsed(stage, 'CHANGE_ADDRESS'),
      };
    },
  ),
  form('app/sign-up/confirm/actions.ts#confirmSignUpAction', 'account.signUp', async (stage, actor) => ({
    page: '/sign-up/confirm',
    state,
    fields: { token: await stage.newLink(actor, 'SIGN_UP'), password: PASSWORD, next: '/' },
    isDone: (response) => setsCookie(response, 'heldout.session='),
  })),
  form('app/sign-in/link/open/actions.ts#openLinkAction', 'account.signIn', async (stage, actor) => ({
    page: '/sign-in/link/open',
    state,
    fields: { token: await stage.newLink(actor, 'SIGN_IN'), next: '/' },
    isDone: (response) => setsCookie(response, 'heldout.session='),
  })),
  form('app/reset-password/new/actions.ts#setPasswordAction', 'account.recover', async (stage, actor) => {
    await stage.database.owner.emailLink.deleteMany();
    const token = await stage.newLink(actor, 'RESET_PASSWORD');
    const fields = { token, password: `${PASSWORD} too` };
    return { page: '/reset-password/new', state, fields, isDone: () => isUsed(stage, 'RESET_PASSWORD') };
  }),
  form('app/sign-in/identity/actions.ts#createAccountAction', 'account.signUp', () => ({
    page: '/sign-in/identity',
    state,
    fields: { name: 'Ada', next: '/' },
    // Nobody here comes from a provider.
    isDone: ({ status }) => status === 200,
  })),
  form('app/account/actions.ts#unlinkAction', 'account.change', async ({ database, actors }, actor) => {
    const { userId } = (actor.account ?? actors[1]!.account)!;
    const data = { userId, provider: 'oidc', subject: unique('subject'), label: 'Ada' };
    const { id } = await database.owner.identity.create({ data });
    return {
      page: '/account',
      state,
      fields: { identity: id },
      isDone: async () => (await database.owner.identity.count({ where: { id } })) === 0,
    };
  }),
  form('app/sign-in/code/actions.ts#enterCodeAction', 'account.signIn', () => ({
    page: '/sign-in/code',
    state,
    fields: { code: '000000', next: '/' },
    // Nobody here waits for a code.
    isDone: ({ status }) => status === 200,
  })),
  ...(['startFactorAction', 'confirmFactorAction', 'renewCodesAction', 'removeFactorAction'] as const).map(
    (name): Row => {
      const action = `app/account/two-factor/actions.ts#${name}`;
      return {
        entry: action,
        action: 'account.change',
        // With a wrong password or code: who may do it is told so.
        attempt: async (stage, actor) => {
          const fields = { 'factor-password': 'wrong', 'factor-code': '000000', 'renew-password': 'wrong' };
          const answer = await (
            await sendsForm(stage, actor, { action, page: '/account', state, fields })
          ).text();
          return !answer.includes('Sign in first');
        },
      };
    },
  ),
  ...(['showKeyAction', 'replaceKeyAction'] as const).map((name): Row => {
    const action = `app/account/download-key/actions.ts#${name}`;
    return {
      entry: action,
      action: 'account.change',
      // With a wrong password: who may do it is told so.
      attempt: async (stage, actor) => {
        const fields = { 'show-password': 'wrong', 'replace-password': 'wrong', recipient: '' };
        const call = { action, page: '/account/download-key', state, fields };
        return !(await (await sendsForm(stage, actor, call)).text()).includes('Sign in first');
      },
    };
  }),
  {
    // With a wrong password, so that the actor stays: who may do it is told so.
    entry: 'app/account/actions.ts#deleteAccountAction',
    action: 'account.delete',
    attempt: async (stage, actor) => {
      const fields = { 'delete-password': 'wrong' };
      const call = { action: 'app/account/actions.ts#deleteAccountAction', page: '/account', state, fields };
      return (await (await sendsForm(stage, actor, call)).text()).includes('isn’t the password');
    },
  },
];
