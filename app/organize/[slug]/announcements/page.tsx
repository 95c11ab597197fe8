import type { Metadata } from 'next';
import { keyField } from '#app/form-key.ts';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { AnnouncementForm } from '#components/announcements/announcement-form.tsx';
import { AnnouncementList } from '#components/announcements/announcement-list.tsx';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { announcementsQuerySchema } from '#lib/api/notifications/announcements.ts';
import { counted } from '#lib/domain/units.ts';
import { announcementsView } from '#lib/site/announcements/list-announcements.ts';
import { site } from '#lib/site/site.ts';
import { createAnnouncementAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Announcements, ${(await params).slug}` };
}

/** Announcements, with those that were withdrawn, and a form for the next one. */
export default async function AnnouncementsPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = announcementsQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/announcements`;
  const address = (after?: string) => listAddress(base, { after });
  const view = await orPage(
    announcementsView(site(), slug, await currentViewer(), query),
    address(query.after),
  );
  const key = await keyField();
  return (
    <ConsoleFrame challenge={view.challenge} current="announcements" asOf={view.asOf}>
      <div className="stack narrow-section">
        {view.mayWrite ? (
          <section aria-labelledby="new">
            <h2 id="new">Write an announcement</h2>
            <p className="soft narrow-text">
              Everybody sees it on the challenge’s page. {counted(view.readers, 'member')} of registered teams{' '}
              {view.readers === 1 ? 'is' : 'are'} told on the site and by mail, unless they have turned that
              off.
            </p>
            <AnnouncementForm
              action={createAnnouncementAction}
              hidden={{ challenge: slug, [key.name]: key.value ?? '' }}
              submit="Publish announcement"
              pending="Publishing"
            />
          </section>
        ) : null}
        <section aria-labelledby="published">
          <h2 id="published">Published</h2>
          {view.announcements.length > 0 ? (
            <AnnouncementList
              announcements={view.announcements}
              {...(view.mayWrite ? { editBase: base } : {})}
            />
          ) : (
            <p className="muted">No announcements yet.</p>
          )}
          <NewestPager label="Pages of the announcements" links={view} address={address} />
        </section>
      </div>
    </ConsoleFrame>
  );
}
