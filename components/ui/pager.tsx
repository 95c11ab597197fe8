import Link from 'next/link';

/** Links to the pages before and behind this one, with what is shown. Nothing if there is only one page. */
export function Pager({
  label,
  previous,
  next,
  children,
}: {
  /** "Pages of the leaderboard" */
  label: string;
  /** null if there is no such page. */
  previous: { href: string; text: string } | null;
  next: { href: string; text: string } | null;
  /** What this page shows: "1 to 100 of 500 teams". */
  children?: React.ReactNode;
}) {
  if (!previous && !next) return null;
  return (
    <nav className="pager" aria-label={label}>
      {children ? <span className="muted">{children}</span> : null}
      {previous ? (
        <Link href={previous.href} prefetch={false} rel="prev">
          {previous.text}
        </Link>
      ) : null}
      {next ? (
        <Link href={next.href} prefetch={false} rel="next">
          {next.text}
        </Link>
      ) : null}
    </nav>
  );
}
