import Link from 'next/link';
import { utcDate } from '#components/format/time.ts';
import { Markdown } from '#components/markdown/markdown.tsx';
import type { AnnouncementEntry } from '#lib/api/pages/announcements.ts';

/** Announcements with their texts. */
export function AnnouncementList({
  announcements,
  editBase,
  level = 3,
}: {
  announcements: readonly AnnouncementEntry[];
  /** For organizers: the address under which each can be changed. */
  editBase?: string;
  /** Of the headings. */
  level?: 2 | 3;
}) {
  const Heading = `h${level}` as const;
  return (
    <div className="announcements">
      {announcements.map((announcement) => {
        const { id, title, body, isPinned, author, createdAt, editedAt, withdrawnAt } = announcement;
        return (
          <article key={id} id={`announcement-${id}`} className={withdrawnAt ? 'is-withdrawn' : undefined}>
            <Heading className="h3s">{title}</Heading>
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
              <Markdown text={body} top={level + 1} />
            </div>
          </article>
        );
      })}
    </div>
  );
}
