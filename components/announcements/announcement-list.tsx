import Link from 'next/link';
import { utcDate } from '#components/format/time.ts';
import { Markdown } from '#components/markdown/markdown.tsx';
import type { AnnouncementEntry } from '#lib/api/pages/announcements.ts';

/** Announcements with their texts. */
export function AnnouncementList({
  announcements,
  editBase,
}: {
  announcements: readonly AnnouncementEntry[];
  /** For organizers: the address under which each can be changed. */
  editBase?: string;
}) {
  return (
    <div className="announcements">
      {announcements.map((announcement) => {
        const { id, title, body, isPinned, author, createdAt, editedAt, withdrawnAt } = announcement;
        return (
          <article key={id} id={`announcement-${id}`} className={withdrawnAt ? 'is-withdrawn' : undefined}>
            <h3>{title}</h3>
            <p className="muted small">
              {isPinned ? 'Pinned · ' : ''}
              <time dateTime={createdAt}>{utcDate(createdAt)}</time> · {author}
              {editedAt ? ` · edited ${utcDate(editedAt)}` : ''}
              {withdrawnAt ? <b> · withdrawn {utcDate(withdrawnAt)}</b> : ''}
              {editBase && !withdrawnAt ? (
                <>
                  {' · '}
                  <Link href={`${editBase}/${id}`} prefetch={false}>
                    Edit<span className="vh"> “{title}”</span>
                  </Link>
                </>
              ) : null}
            </p>
            <div className="prose">
              <Markdown text={body} top={4} />
            </div>
          </article>
        );
      })}
    </div>
  );
}
