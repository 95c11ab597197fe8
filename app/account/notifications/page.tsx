import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ChoicesForm } from '#components/notifications/choices-form.tsx';
import { NotificationList } from '#components/notifications/notification-list.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { notificationsQuerySchema } from '#lib/api/notifications/notifications.ts';
import { notificationsView } from '#lib/site/notifications/list-notifications.ts';
import { site } from '#lib/site/site.ts';
import { chooseNotificationsAction, markReadAction } from './actions.ts';

export const metadata: Metadata = { title: 'Notifications' };

const BASE = '/account/notifications';

export default async function NotificationsPage({ searchParams }: { searchParams: SearchParams }) {
  const query = notificationsQuerySchema.parse(await readSearch(searchParams));
  const address = (after?: string) => listAddress(BASE, { after });
  const view = await orPage(notificationsView(site(), query, await currentViewer()), address(query.after));
  return (
    <main id="main" className="wrap page-top">
      <div className="head">
        <h1>Notifications</h1>
        <p className="stamp">
          <Link href="/account">Your account</Link>
        </p>
      </div>
      <div className="two">
        <section aria-labelledby="list">
          <div className="head">
            <h2 id="list">{view.unread === 0 ? 'Nothing unread' : `${view.unread} unread`}</h2>
            {view.unread > 0 ? (
              <form action={markReadAction}>
                <input type="hidden" name="id" value="all" />
                <SubmitButton pending="Marking" className="btn">
                  Mark all read
                </SubmitButton>
              </form>
            ) : null}
          </div>
          {view.notifications.length > 0 ? (
            <NotificationList notifications={view.notifications} markRead={markReadAction} />
          ) : (
            <p className="soft">
              No notifications yet. You get them when a submission of your team ends, and from the challenges
              that your team is registered for.
            </p>
          )}
          <NewestPager label="Pages of your notifications" links={view} address={address} />
        </section>
        <section aria-labelledby="choices">
          <h2 id="choices">What you are told</h2>
          <p className="soft narrow-text">
            {view.email === null ? (
              'Your account has no email address, so you get no mails.'
            ) : (
              <>
                Mails go to <span className="anywhere">{view.email}</span>. Mails about your sign-in and
                password are always sent.
              </>
            )}
          </p>
          <ChoicesForm choices={view.choices} email={view.email} action={chooseNotificationsAction} />
        </section>
      </div>
    </main>
  );
}
