import Link from 'next/link';
import { decimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { rankInterval, score } from '#components/format/quantity.ts';
import { utcDateTime, utcDay } from '#components/format/time.ts';
import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards.ts';
import { LeaderboardHead } from './leaderboard-head.tsx';
import type { LeaderboardState } from './leaderboard-state.ts';
import { Marker } from './marker.tsx';
import { MAX_PINS, seriesOf, togglePin } from './pins.ts';
import { sortRows } from './sort.ts';
import { Whisker } from './whisker.tsx';

/**
 * The leaderboard: a table that reads as one without its drawings, with a column that holds one axis for all
 * rows. On a phone a row becomes four lines on the same axis.
 */
export function Leaderboard({
  leaderboard,
  state,
  ownTeams,
}: {
  leaderboard: LeaderboardView;
  state: LeaderboardState;
  ownTeams: readonly string[];
}) {
  const ranked = leaderboard.metrics.filter((metric) => metric.weight > 0).length;
  return (
    <table className="board">
      <caption>
        <b>
          Table 1 | {leaderboard.phase.title}, {leaderboard.counting === 'BEST' ? 'best' : 'latest'}{' '}
          submission of each team, n = {leaderboard.caseCount}{' '}
          {leaderboard.phase.kind === 'HIDDEN' ? 'hidden' : 'open'}{' '}
          {leaderboard.synthetic ? 'synthetic scans' : 'scans'}.
        </b>{' '}
        {ranked > 1 ? (
          <>
            Ordered by the weighted mean of {ranked} metric ranks
            <span className="wide"> (small figures)</span>; whiskers are 95&nbsp;% bootstrap intervals.
          </>
        ) : (
          <>Whiskers are 95&nbsp;% bootstrap intervals.</>
        )}
      </caption>
      <LeaderboardHead leaderboard={leaderboard} state={state} rankedCount={ranked} />
      <tbody>
        {sortRows(leaderboard, state.sort).map((row) => (
          <Row
            key={row.teamSlug}
            leaderboard={leaderboard}
            row={row}
            state={state}
            own={ownTeams.includes(row.teamSlug)}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  leaderboard,
  row,
  state,
  own,
}: {
  leaderboard: LeaderboardView;
  row: LeaderboardEntry;
  state: LeaderboardState;
  own: boolean;
}) {
  const series = seriesOf(state.pins, row.teamSlug);
  const primary = row.scores[0];
  const decimals = decimalsShown(leaderboard.metrics[0]?.metric ?? '', leaderboard.decimals);
  const interval = primary?.interval ?? null;
  const spoken = interval
    ? `95 % interval ${score(interval[0], decimals)} to ${score(interval[1], decimals)}`
    : 'no interval';
  return (
    <tr className={own ? 'you' : undefined}>
      <td className="rank">{rankInterval(row.rankInterval)}</td>
      <th scope="row" className="c-team">
        <TeamCell row={row} series={series} state={state} own={own} />
      </th>
      <td className="c-d num">{score(primary?.mean ?? null, decimals)}</td>
      <td className="c-w">
        <Whisker
          className="plot"
          axis={leaderboard.axis}
          mean={primary?.mean ?? null}
          interval={interval}
          series={series}
          label={spoken}
        />
      </td>
      {leaderboard.metrics.slice(1).map((metric, index) => {
        const value = row.scores[index + 1];
        const unit = unitOf(metric);
        return (
          <td
            key={metric.metric}
            className={metric.weight > 0 ? 'num c-m' : 'num c-m unranked soft'}
            data-l={`${shortLabel(metric)} ${direction(metric)}${unit ? ` ${unit}` : ''}`}
          >
            {score(value?.mean ?? null, decimalsShown(metric.metric, leaderboard.decimals))}
            <span className="mrk">
              {metric.weight > 0 && value?.rank ? (
                <>
                  <span className="vh">, rank </span>
                  {value.rank}
                </>
              ) : null}
            </span>
          </td>
        );
      })}
      <td className="num c-mr soft">{row.meanRank.toFixed(2)}</td>
      <td className="num c-fail" data-l={`Failed of ${leaderboard.caseCount}`}>
        {row.failed > 0 ? (
          <Link className="fails" href={`/submissions/${row.submissionId}`} prefetch={false}>
            {row.failed}
            <span className="vh"> failed, see the submission</span>
          </Link>
        ) : (
          <span className="muted">0</span>
        )}
      </td>
      <td className="num c-subs soft">{row.submissionCount}</td>
      <td className="num c-date soft">
        <time dateTime={row.submittedAt} title={utcDateTime(row.submittedAt)}>
          {utcDay(row.submittedAt)}
        </time>
      </td>
    </tr>
  );
}

function TeamCell({
  row,
  series,
  state,
  own,
}: {
  row: LeaderboardEntry;
  series: number;
  state: LeaderboardState;
  own: boolean;
}) {
  const pins = togglePin(state.pins, row.teamSlug);
  const mark = (
    <svg width="13" height="13" aria-hidden="true" className={`k${series}`}>
      {series > 0 ? (
        <svg x="50%" y="50%" overflow="visible" aria-hidden="true">
          <Marker series={series} />
        </svg>
      ) : (
        <circle cx="50%" cy="50%" r="3" fill="none" stroke="var(--rule-mid)" />
      )}
    </svg>
  );
  return (
    <span className="team">
      {pins ? (
        <Link
          className="pin"
          href={state.hrefOf({ pins })}
          scroll={false}
          prefetch={false}
          aria-label={`${series > 0 ? 'Unpin' : 'Pin'} ${row.teamName}`}
        >
          {mark}
        </Link>
      ) : (
        <span className="pin" title={`At most ${MAX_PINS} teams can be pinned`}>
          {mark}
        </span>
      )}
      <span className="who">
        <span className="nm">
          <Link className="quiet" href={`/submissions/${row.submissionId}`} prefetch={false}>
            {row.teamName}
          </Link>
          {own ? <span className="tag you">your team</span> : null}
        </span>
        <span className="al" title={row.algorithm}>
          {row.algorithm}
        </span>
      </span>
    </span>
  );
}
