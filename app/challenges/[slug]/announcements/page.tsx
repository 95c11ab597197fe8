import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { AnnouncementList } from '#components/announcements/announcement-list.tsx';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { announcementsQuerySchema } from '#lib/api/notifications/announcements.ts';
import { publicAnnouncements } from '#lib/site/announcements/list-announcements.ts';
import { site } from '#lib/site/site.ts';
import { readChallenge } from '../read-challenge.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Announcements, ${challenge.title}` };
}

/** All announcements of a challenge. */
export default async function AnnouncementsPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const { challenge, viewer } = await readChallenge(slug);
  const query = announcementsQuerySchema.parse(await readSearch(searchParams));
  const address = (after?: string) => listAddress(`/challenges/${slug}/announcements`, { after });
  const view = await orPage(publicAnnouncements(site(), slug, viewer, query), address(query.after));
  return (
    <>
      <ChallengeHeader challenge={challenge} current="overview" />
      <main id="main" className="wrap page-top">
        <h1>Announcements</h1>
        {view.announcements.length > 0 ? (
          <AnnouncementList announcements={view.announcements} level={2} />
        ) : (
          <p className="soft">The organizers have announced nothing yet.</p>
        )}
        <NewestPager label="Pages of the announcements" links={view} address={address} />
      </main>
    </>
  );
}
