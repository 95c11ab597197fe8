import type { Action } from '#lib/domain/rights/actions.ts';
import { calls, opensPage, type Row } from '#test/support/rights/attempts.ts';
import { PASSWORD, type Stage } from '#test/support/rights/stage.ts';

function page(entry: string, action: Action, path: (stage: Stage) => string | Promise<string>): Row {
  return { entry, action, attempt: async (stage, actor) => opensPage(stage, actor, await path(stage)) };
}

function ofChallenge(entry: string, action: Action): Row {
  return page(entry, action, ({ place }) => entry.replace('[slug]', place.slug));
}

/** Pages, and routes that aren’t part of the API’s table. */
export const PAGE_ROWS: readonly Row[] = [
  page('/', 'site.visit', () => '/'),
  page('/icon.svg', 'site.visit', () => '/icon.svg'),
  page('/healthz', 'site.visit', () => '/healthz'),
  page('/sign-in', 'account.signIn', () => '/sign-in?next=/teams/new'),
  page('/sign-up', 'account.signUp', () => '/sign-up?next=/teams/new'),
  page('/dev/mail', 'mail.show', () => '/dev/mail'),
  page(
    '/unsubscribe',
    'mail.unsubscribe',
    ({ newUnsubscription }) => `/unsubscribe?token=${newUnsubscription().token}`,
  ),
  {
    // Mail programs send it, whoever reads the mail, and have no cookies.
    entry: '/unsubscribe/one-click',
    action: 'mail.unsubscribe',
    attempt: async ({ newUnsubscription, url }) => {
      const address = new URL(`/unsubscribe/one-click?token=${newUnsubscription().token}`, url);
      return (await fetch(address, { method: 'POST' })).ok;
    },
  },
  page('/sign-up/sent', 'account.signUp', () => '/sign-up/sent'),
  page('/sign-up/confirm', 'account.signUp', () => '/sign-up/confirm?token=x'),
  page('/sign-in/link', 'account.signIn', () => '/sign-in/link?next=/teams/new'),
  page('/sign-in/link/open', 'account.signIn', () => '/sign-in/link/open?token=x'),
  page('/reset-password', 'account.recover', () => '/reset-password'),
  page('/reset-password/new', 'account.recover', () => '/reset-password/new?token=x'),
  page('/sign-in/code', 'account.signIn', () => '/sign-in/code'),
  page('/sign-in/identity', 'account.signIn', () => '/sign-in/identity'),
  {
    // The stage has no provider, and says so to everybody.
    entry: '/sign-in/with/[provider]',
    action: 'account.signIn',
    attempt: async (stage, actor) => {
      const headers = { ...(await stage.cookieOf(actor)), origin: stage.url };
      const init = { method: 'POST', headers, body: new URLSearchParams({ next: '/' }) };
      const response = await fetch(new URL('/sign-in/with/oidc', stage.url), init);
      return (await response.text()).includes('no such sign-in');
    },
  },
  page('/account/address', 'account.confirmAddress', () => '/account/address?token=x'),
  page('/account', 'account.read', () => '/account'),
  page('/account/two-factor', 'account.read', () => '/account/two-factor?next=/'),
  page('/account/download-key', 'account.read', () => '/account/download-key'),
  {
    entry: '/account/download-key/test',
    action: 'account.read',
    attempt: async (stage, actor) => calls(stage, actor, '/account/download-key/test?as=age'),
  },
  page('/account/notifications', 'notification.read', () => '/account/notifications'),
  {
    entry: '/account/export',
    action: 'account.export',
    attempt: (stage, actor) => calls(stage, actor, '/account/export'),
  },
  page('/teams/new', 'team.create', () => '/teams/new'),
  ofChallenge('/challenges/[slug]', 'challenge.read'),
  ofChallenge('/challenges/[slug]/data', 'dataset.read'),
  ofChallenge('/challenges/[slug]/evaluation', 'challenge.read'),
  ofChallenge('/challenges/[slug]/leaderboard', 'leaderboard.read'),
  ofChallenge('/challenges/[slug]/teams', 'challenge.read'),
  ofChallenge('/challenges/[slug]/compare', 'leaderboard.read'),
  ofChallenge('/challenges/[slug]/submit', 'submission.prepare'),
  ofChallenge('/challenges/[slug]/submissions', 'submission.listOwn'),
  page('/organize/new', 'challenge.create', () => '/organize/new'),
  ofChallenge('/organize/[slug]', 'console.read'),
  ofChallenge('/organize/[slug]/queue', 'console.read'),
  ofChallenge('/organize/[slug]/submissions', 'console.read'),
  ofChallenge('/organize/[slug]/submissions/duplicates', 'console.read'),
  ofChallenge('/organize/[slug]/registrations', 'registration.read'),
  ofChallenge('/organize/[slug]/leaks', 'console.read'),
  ofChallenge('/organize/[slug]/rescorings', 'console.read'),
  ofChallenge('/organize/[slug]/audit', 'audit.read'),
  ofChallenge('/organize/[slug]/results', 'console.read'),
  ofChallenge('/organize/[slug]/export', 'challenge.exportAll'),
  {
    entry: '/organize/[slug]/export/[file]',
    action: 'challenge.exportAll',
    attempt: (stage, actor) => calls(stage, actor, `/organize/${stage.place.slug}/export/submissions.csv`),
  },
  page(
    '/organize/[slug]/results/[phase]',
    'console.read',
    ({ place }) => `/organize/${place.slug}/results/test`,
  ),
  ofChallenge('/organize/[slug]/settings', 'challenge.readDefinition'),
  page(
    '/organize/[slug]/phases/[phase]',
    'challenge.readDefinition',
    ({ place }) => `/organize/${place.slug}/phases/test`,
  ),
  page(
    '/organize/[slug]/phases/[phase]/test-set',
    'console.read',
    ({ place }) => `/organize/${place.slug}/phases/test/test-set`,
  ),
  ofChallenge('/organize/[slug]/phases/new', 'challenge.edit'),
  page(
    '/submissions/[id]',
    'submission.readScored',
    async ({ newSubmission }) => `/submissions/${await newSubmission('SCORED')}`,
  ),
  page(
    '/submissions/[id]',
    'submission.read',
    async ({ newSubmission }) => `/submissions/${await newSubmission('QUEUED')}`,
  ),
  {
    entry: '/api/auth/[...nextauth]',
    action: 'account.signIn',
    attempt: async (stage, actor) => {
      const { url } = stage;
      const csrf = await fetch(new URL('/api/auth/csrf', url));
      const { csrfToken } = (await csrf.json()) as { csrfToken: string };
      const email = actor.account?.email ?? stage.actors.at(-1)!.account!.email;
      const response = await fetch(new URL('/api/auth/callback/credentials', url), {
        method: 'POST',
        redirect: 'manual',
        headers: {
          cookie: csrf.headers
            .getSetCookie()
            .map((one) => one.split(';')[0])
            .join('; '),
          origin: url,
        },
        body: new URLSearchParams({ email, password: PASSWORD, csrfToken }),
      });
      return response.headers.getSetCookie().some((cookie) => cookie.startsWith('heldout.session='));
    },
  },
  {
    // Every other address of the API: it says to everybody that there is nothing.
    entry: '/api/[[...unknown]]',
    action: 'site.visit',
    attempt: async (stage, actor) => {
      const headers = await stage.cookieOf(actor);
      return (await fetch(new URL('/api/nothing-here', stage.url), { headers })).status === 404;
    },
  },
];
