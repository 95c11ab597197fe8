import { Pager } from '#components/ui/pager.tsx';
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
  const link = (after: string | null, text: string) =>
    after === null ? null : { href: state.hrefOf({ after }), text };
  return (
    <Pager
      label="Pages of the leaderboard"
      previous={link(page.previous, 'Previous teams')}
      next={link(page.next, 'Next teams')}
    >
      {page.from} to {page.from + shown - 1} of {counted(page.matching, 'team')}
    </Pager>
  );
}
