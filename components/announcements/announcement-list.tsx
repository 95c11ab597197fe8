import Link from 'next/link';
import { utcDate } from '#components/format/time.ts';
import { Markdown } from '#components/markdown/markdown.tsx';
import type { AnnouncementEntry } from '#lib/api/notifications/announcements.ts';

/** Announcements with their texts. */
export function AnnouncementList({
  announcements,
  editBase,
  wholeAt,
  level = 3,
}: {
  announcements: readonly AnnouncementEntry[];
  /** For organizers: the address under which each can be changed. */
  editBase?: string;
  /** Shows the first paragraph of each, with a link to the rest on this page. */
  wholeAt?: string;
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
              <Markdown text={wholeAt ? beginningOf(body) : body} top={level + 1} />
              {wholeAt && beginningOf(body) !== body.trim() ? (
                <p>
                  <Link href={`${wholeAt}#announcement-${id}`} prefetch={false}>
                    Read on<span className="vh">: {title}</span>
                  </Link>
                </p>
              ) : null}
            </div>
          </article>
        );
      })}
    </div>
  );
}

/** The first block of a Markdown text: what stands before the first empty line. */
function beginningOf(body: string): string {
  return body
    .trim()
    .split(/\n[ \t]*\r?\n/, 1)[0]!
    .trim();
}
