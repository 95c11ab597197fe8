import { decimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { formatRankRange, formatScore } from '#components/format/quantity.ts';
import { utcDateTime, utcDay } from '#components/format/time.ts';
import type { LeaderboardState } from '#components/leaderboard/leaderboard-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardEntry } from '#lib/api/leaderboards/leaderboards.ts';
import { rankBy } from '#lib/api/leaderboards/sort.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { MAX_PINS, seriesOf, togglePin } from '#lib/api/pages/leaderboard-pins.ts';
import { HistoryLine } from './history-line.tsx';
import { Marker } from './marker.tsx';
import { Whisker } from './whisker.tsx';

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
  const [primary] = entry.scores;
  const series = seriesOf(leaderboard.pins, entry.teamSlug);
  const [metric] = leaderboard.metrics;
  const decimals = decimalsShown(metric!, leaderboard.decimals);
  const interval = primary?.interval ?? null;
  const spoken = interval
    ? `95% interval ${formatScore(interval[0], decimals)} to ${formatScore(interval[1], decimals)}`
    : 'no interval';
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
      <td className="c-primary num">{formatScore(primary?.value ?? null, decimals)}</td>
      <td className="c-whisker">
        <Whisker
          axis={leaderboard.axis}
          value={primary?.value ?? null}
          interval={interval}
          series={series}
          label={spoken}
        />
      </td>
      <OtherMetrics leaderboard={leaderboard} entry={entry} />
      <td className="num c-mean-rank soft">{entry.meanRank.toFixed(2)}</td>
      <td className="num c-failed" data-l="Failed">
        {entry.failed > 0 ? (
          <PlainLink className="fails" href={`/submissions/${entry.submissionId}`}>
            {entry.failed}
            <span className="vh"> failed cases, see the submission</span>
          </PlainLink>
        ) : (
          <span className="muted">0</span>
        )}
      </td>
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
      <td className="num c-date soft">
        <time dateTime={entry.submittedAt} title={utcDateTime(entry.submittedAt)}>
          {utcDay(entry.submittedAt)}
        </time>
      </td>
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

function OtherMetrics({ leaderboard, entry }: { leaderboard: LeaderboardPageView; entry: LeaderboardEntry }) {
  return leaderboard.metrics.slice(1).map((metric, index) => {
    const score = entry.scores[index + 1];
    const unit = unitOf(metric);
    return (
      <td
        key={metric.metric}
        className={metric.weight > 0 ? 'num c-metric' : 'num c-metric unranked soft'}
        data-l={`${shortLabel(metric)} ${direction(metric)}${unit ? ` ${unit}` : ''}`}
      >
        {formatScore(score?.value ?? null, decimalsShown(metric, leaderboard.decimals))}
        <span className="metric-rank">
          {metric.weight > 0 && score?.rank ? (
            <>
              <span className="vh">, rank </span>
              {score.rank}
            </>
          ) : null}
        </span>
      </td>
    );
  });
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
