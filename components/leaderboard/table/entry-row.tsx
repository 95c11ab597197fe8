import { formatRankRange } from '#components/format/quantity.ts';
import type { LeaderboardState } from '#components/leaderboard/leaderboard-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardEntry } from '#lib/api/leaderboards/leaderboards.ts';
import { rankBy } from '#lib/api/leaderboards/sort.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { MAX_PINS, seriesOf, togglePin } from '#lib/api/pages/leaderboard-pins.ts';
import { HistoryLine } from './history-line.tsx';
import { Marker } from './marker.tsx';
import { DateCell, FailedCell, OtherMetrics, PrimaryCells } from './score-cells.tsx';

/** One team of the leaderboard. */
export function EntryRow({
  leaderboard,
  entry,
  state,
  own,
  tierCell,
}: {
  leaderboard: LeaderboardPageView;
  entry: LeaderboardEntry;
  state: LeaderboardState;
  own: boolean;
  /** The bracket of the tier, in its first row; null in the others; a cell of the row itself where there are no brackets. */
  tierCell: React.ReactNode | undefined;
}) {
  const series = seriesOf(leaderboard.pins, entry.teamSlug);
  const [metric] = leaderboard.metrics;
  return (
    <tr className={own ? 'you' : undefined}>
      {tierCell === undefined ? (
        <td className="c-tier soft">
          <span className="t">
            <span className="word">Tier </span>
            {entry.tier}
          </span>
        </td>
      ) : (
        tierCell
      )}
      <RankCell entry={entry} state={state} />
      <th scope="row" className="c-team">
        <TeamCell entry={entry} series={series} state={state} own={own} />
      </th>
      <PrimaryCells leaderboard={leaderboard} scores={entry.scores} series={series} />
      <OtherMetrics leaderboard={leaderboard} scores={entry.scores} />
      <td className="num c-mean-rank soft">{entry.meanRank.toFixed(2)}</td>
      <FailedCell failed={entry.failed} submissionId={entry.submissionId} />
      <td className="num c-submissions soft">
        <span className="over-time">
          {leaderboard.historyRange ? (
            <HistoryLine
              history={entry.history}
              range={leaderboard.historyRange}
              better={metric!.better}
              series={series}
            />
          ) : null}
          {entry.submissionCount}
        </span>
      </td>
      <DateCell submittedAt={entry.submittedAt} />
    </tr>
  );
}

/** The range, or the rank by another method and below it the range. */
function RankCell({ entry, state: { method } }: { entry: LeaderboardEntry; state: LeaderboardState }) {
  const range = formatRankRange(entry.rankRange);
  if (method === null) return <td className="rank">{range}</td>;
  return (
    <td className="rank">
      {rankBy(entry, method)}
      <span className="in-phase">
        <span className="vh">, in this phase </span>
        {range}
      </span>
    </td>
  );
}

function TeamCell({
  entry,
  series,
  state,
  own,
}: {
  entry: LeaderboardEntry;
  series: number;
  state: LeaderboardState;
  own: boolean;
}) {
  const pins = togglePin(state.pins, entry.teamSlug);
  // The empty ring of a team that isn't pinned is drawn by the style sheet.
  const mark =
    series > 0 ? (
      <svg width="13" height="13" aria-hidden="true" className={`k${series}`}>
        <svg x="50%" y="50%" overflow="visible" aria-hidden="true">
          <Marker series={series} />
        </svg>
      </svg>
    ) : null;
  return (
    <span className="team">
      {pins ? (
        <PlainLink
          className="pin"
          href={state.hrefOf({ pins })}
          keepsScroll
          aria-label={`${series > 0 ? 'Unpin' : 'Pin'} ${entry.teamName}`}
        >
          {mark}
        </PlainLink>
      ) : (
        <span className="pin" title={`You can pin at most ${MAX_PINS} teams`}>
          {mark}
        </span>
      )}
      <span className="who">
        <span className="nm">
          <PlainLink className="quiet" href={`/submissions/${entry.submissionId}`}>
            {entry.teamName}
          </PlainLink>
          {own ? <span className="tag you">your team</span> : null}
        </span>
        <span className="algorithm" title={entry.algorithm}>
          {entry.algorithm}
        </span>
      </span>
    </span>
  );
}
