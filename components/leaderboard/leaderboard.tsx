'use client';

import { decimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { formatRankRange, formatScore } from '#components/format/quantity.ts';
import { utcDateTime, utcDay } from '#components/format/time.ts';
import { useOwnTeams } from '#components/site/reader.tsx';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { MAX_PINS, seriesOf, togglePin } from '#lib/api/pages/leaderboard-pins.ts';
import { countingName } from '#lib/domain/phases/settings.ts';
import { LeaderboardHead } from './leaderboard-head.tsx';
import { type LeaderboardState, type LeaderboardStateQuery, leaderboardState } from './leaderboard-state.ts';
import { Marker } from './marker.tsx';
import { useOwnPins } from './own-pins.ts';
import { gridOf, Whisker } from './whisker.tsx';

/**
 * The leaderboard as a table that is complete without its drawings. One column plots all entries on the same axis.
 * On a phone, each entry becomes four lines on that axis.
 */
export function Leaderboard({
  leaderboard: shared,
  query,
}: {
  leaderboard: LeaderboardPageView;
  query: LeaderboardStateQuery;
}) {
  const ownTeams = useOwnTeams();
  const leaderboard = useOwnPins(shared, query.pin);
  const state = leaderboardState(leaderboard, query);
  const row = (entry: LeaderboardEntry) => (
    <EntryRow
      key={entry.teamSlug}
      leaderboard={leaderboard}
      entry={entry}
      state={state}
      own={ownTeams.includes(entry.teamSlug)}
    />
  );
  const ranked = leaderboard.metrics.filter((metric) => metric.weight > 0).length;
  return (
    <table className="leaderboard" style={gridOf(leaderboard.axis)}>
      <caption>
        <b>
          Table 1 | {leaderboard.phase.title}, {countingName(leaderboard.counting)} submission of each team, n
          = {leaderboard.caseCount} {leaderboard.phase.kind === 'HIDDEN' ? 'hidden' : 'open'}{' '}
          {leaderboard.synthetic ? 'synthetic cases' : 'cases'}.
        </b>{' '}
        <HowOrdered leaderboard={leaderboard} ranked={ranked} />
      </caption>
      <LeaderboardHead leaderboard={leaderboard} state={state} rankedCount={ranked} />
      {leaderboard.pinned.length > 0 ? (
        <tbody className="pinned">
          <tr className="group">
            <th colSpan={8 + Math.max(0, leaderboard.metrics.length - 1)} scope="rowgroup">
              Pinned, from other pages
            </th>
          </tr>
          {leaderboard.pinned.map(row)}
        </tbody>
      ) : null}
      <tbody>{leaderboard.entries.map(row)}</tbody>
    </table>
  );
}

/** What the numbers of the table are. */
function HowOrdered({
  leaderboard: { ranking, summary },
  ranked,
}: {
  leaderboard: LeaderboardView;
  ranked: number;
}) {
  const figures = summary === 'MEDIAN' ? 'scores are medians over the cases, and whiskers' : 'whiskers';
  if (ranked === 1 && ranking === 'AGGREGATE_THEN_RANK') {
    return <>{capitalize(figures)} are 95% bootstrap intervals.</>;
  }
  const small = ranked === 1 ? null : <span className="wide"> (small numbers: by one metric)</span>;
  return (
    <>
      {ranking === 'RANK_THEN_AGGREGATE' ? (
        <>
          Ordered by the mean of the ranks on each case{ranked > 1 ? ' and metric' : ''}
          {small}
        </>
      ) : (
        <>
          Ordered by the weighted mean of {ranked} metric ranks
          <span className="wide"> (small numbers)</span>
        </>
      )}
      ; {figures} are 95% bootstrap intervals.
    </>
  );
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function EntryRow({
  leaderboard,
  entry,
  state,
  own,
}: {
  leaderboard: LeaderboardView;
  entry: LeaderboardEntry;
  state: LeaderboardState;
  own: boolean;
}) {
  const series = seriesOf(state.pins, entry.teamSlug);
  const primary = entry.scores[0];
  const decimals = decimalsShown(leaderboard.metrics[0]!, leaderboard.decimals);
  const interval = primary?.interval ?? null;
  const spoken = interval
    ? `95% interval ${formatScore(interval[0], decimals)} to ${formatScore(interval[1], decimals)}`
    : 'no interval';
  return (
    <tr className={own ? 'you' : undefined}>
      <td className="rank">{formatRankRange(entry.rankRange)}</td>
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
      {leaderboard.metrics.slice(1).map((metric, index) => {
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
      })}
      <td className="num c-mean-rank soft">{entry.meanRank.toFixed(2)}</td>
      <td className="num c-failed" data-l={`Failed of ${leaderboard.caseCount}`}>
        {entry.failed > 0 ? (
          <PlainLink className="fails" href={`/submissions/${entry.submissionId}`}>
            {entry.failed}
            <span className="vh"> failed cases, see the submission</span>
          </PlainLink>
        ) : (
          <span className="muted">0</span>
        )}
      </td>
      <td className="num c-submissions soft">{entry.submissionCount}</td>
      <td className="num c-date soft">
        <time dateTime={entry.submittedAt} title={utcDateTime(entry.submittedAt)}>
          {utcDay(entry.submittedAt)}
        </time>
      </td>
    </tr>
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
