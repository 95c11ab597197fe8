import Link from 'next/link';
import type { AnnouncementEntry } from '#lib/api/notifications/announcements.ts';
import { AnnouncementList } from './announcement-list.tsx';

/** On the overview of a challenge; nothing without an announcement. */
export function Announcements({
  slug,
  announcements,
  hasMore,
}: {
  slug: string;
  announcements: readonly AnnouncementEntry[];
  hasMore: boolean;
}) {
  if (announcements.length === 0) return null;
  return (
    <section aria-labelledby="announcements">
      <h2 id="announcements">Announcements</h2>
      <AnnouncementList announcements={announcements} wholeAt={`/challenges/${slug}/announcements`} />
      {hasMore ? (
        <p className="actions">
          <Link href={`/challenges/${slug}/announcements`}>All announcements</Link>
        </p>
      ) : null}
    </section>
  );
}
