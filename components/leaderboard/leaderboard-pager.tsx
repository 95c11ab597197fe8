import Link from 'next/link';
import type { LeaderboardPage } from '#lib/api/leaderboards/leaderboards.ts';
import { counted } from '#lib/domain/units.ts';
import type { LeaderboardState } from './leaderboard-state.ts';

/** Which entries are shown, and links to the others. */
export function LeaderboardPager({
  page,
  shown,
  state,
}: {
  page: LeaderboardPage;
  shown: number;
  state: LeaderboardState;
}) {
  if (page.matching === 0) {
    return <p className="muted">No team or algorithm on this leaderboard contains “{state.q}”.</p>;
  }
  if (page.next === null && page.previous === null) return null;
  return (
    <nav className="pager" aria-label="Pages of the leaderboard">
      <span className="muted">
        {page.from} to {page.from + shown - 1} of {counted(page.matching, 'team')}
      </span>
      {page.previous === null ? null : (
        <Link href={state.hrefOf({ after: page.previous })} prefetch={false} rel="prev">
          Previous teams
        </Link>
      )}
      {page.next === null ? null : (
        <Link href={state.hrefOf({ after: page.next })} prefetch={false} rel="next">
          Next teams
        </Link>
      )}
    </nav>
  );
}
