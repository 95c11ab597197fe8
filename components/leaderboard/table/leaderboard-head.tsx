import {
  averageShown,
  direction,
  shortLabel,
  spokenLabel,
  unitOf,
  versionOf,
} from '#components/format/metric-labels.ts';
import { utcDay } from '#components/format/time.ts';
import type { LeaderboardState } from '#components/leaderboard/leaderboard-state.ts';
import { METHOD_LABELS } from '#components/leaderboard/method-labels.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardMetric, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { nextSort } from '#lib/api/leaderboards/sort.ts';
import { MINUTE_MS } from '#lib/domain/minutes.ts';
import { referencesOf, spokenReferences } from './references.ts';
import { AxisTicks } from './whisker.tsx';

interface ColumnProps {
  leaderboard: LeaderboardView;
  state: LeaderboardState;
  sortKey: string;
  className: string;
  unit: React.ReactNode;
  spoken?: string;
  children: React.ReactNode;
}

/** Column headings: name and sort direction, then the metric’s unit, direction and version. */
export function LeaderboardHead({
  leaderboard,
  state,
  rankedCount,
}: {
  leaderboard: LeaderboardView;
  state: LeaderboardState;
  rankedCount: number;
}) {
  const [primary, ...others] = leaderboard.metrics;
  if (!primary) return null;
  const column = { leaderboard, state };
  const { ticks } = leaderboard.axis;
  const references = referencesOf(leaderboard);
  const plotted =
    primary.over === 'set'
      ? primary.label
      : `${leaderboard.summary === 'MEDIAN' ? 'Median' : 'Mean'} ${primary.label}`;
  // There is little room above the axis.
  const drawn = primary.over === 'set' ? shortLabel(primary) : plotted;
  return (
    <thead>
      <tr>
        <th scope="col" className="c-tier">
          Tier
          <span className="unit">&nbsp;</span>
        </th>
        <Column
          {...column}
          sortKey="rank"
          className="c-rank"
          unit={state.method === null ? '95%' : 'otherwise'}
          spoken={state.method === null ? '95% rank range' : `by ${METHOD_LABELS[state.method].order}`}
        >
          Rank
        </Column>
        <Column {...column} sortKey="team" className="c-team" unit="algorithm">
          Team
        </Column>
        <MetricColumn {...column} metric={primary} className="c-primary num" />
        <th scope="col" className="c-whisker">
          <span className="vh">
            {plotted} with 95% interval, axis {ticks[0]} to {ticks.at(-1)}
            {references.length > 0 ? `, with lines at ${spokenReferences(references, leaderboard)}` : ''}
          </span>
          <AxisTicks axis={leaderboard.axis} caption={`${drawn}, 95% interval`} references={references} />
        </th>
        {others.map((metric) => (
          <MetricColumn
            key={metric.metric}
            {...column}
            metric={metric}
            className={`num c-metric ${metric.weight > 0 ? 'with-metric-rank' : 'with-metric-rank unranked'}`}
          />
        ))}
        <Column
          {...column}
          sortKey="mean-rank"
          className="num c-mean-rank"
          unit={leaderboard.ranking === 'RANK_THEN_AGGREGATE' ? '↓ over cases' : `↓ of ${rankedCount}`}
        >
          Mean rank
        </Column>
        <Column
          {...column}
          sortKey="failed"
          className="num c-failed"
          unit={
            <>
              ↓<span className="ver"> of {leaderboard.caseCount}</span>
            </>
          }
          spoken={`Failed cases of ${leaderboard.caseCount}`}
        >
          Failed
        </Column>
        <Column
          {...column}
          sortKey="submissions"
          className="num c-submissions"
          unit={
            leaderboard.historyRange ? (
              <>
                {shortLabel(primary)}, {utcDayOf(leaderboard.historyRange.from)} to{' '}
                {utcDayOf(leaderboard.historyRange.to)}
              </>
            ) : (
              'scored'
            )
          }
          spoken="scored submissions"
        >
          Submissions
        </Column>
        <Column {...column} sortKey="date" className="num c-date" unit="UTC">
          Date
        </Column>
      </tr>
    </thead>
  );
}

function MetricColumn({
  metric,
  leaderboard,
  state,
  className,
}: {
  metric: LeaderboardMetric;
  leaderboard: LeaderboardView;
  state: LeaderboardState;
  className: string;
}) {
  const unit = unitOf(metric);
  const average = averageShown(metric, leaderboard.summary);
  return (
    <Column
      leaderboard={leaderboard}
      state={state}
      sortKey={metric.metric}
      className={className}
      spoken={`${spokenLabel(metric)}${average ? `, ${average}` : ''}`}
      unit={
        <>
          {direction(metric)}
          {unit ? ` ${unit}` : ''}
          <span className="ver"> {versionOf(metric)}</span>
          {average ? <span className="average">{average}</span> : null}
        </>
      }
    >
      {shortLabel(metric)}
    </Column>
  );
}

function Column({ leaderboard, state, sortKey, className, unit, spoken, children }: ColumnProps) {
  const active = state.sort.key === sortKey;
  const order = state.sort.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" className={className} {...(active ? { 'aria-sort': order } : {})}>
      <PlainLink
        className="sort"
        href={state.hrefOf({ sort: nextSort(leaderboard, state.sort, sortKey) })}
        keepsScroll
        title={spoken}
      >
        {children}
        {spoken ? <span className="vh">, {spoken}</span> : null}
        {active ? <span aria-hidden="true">&nbsp;{state.sort.descending ? '▾' : '▴'}</span> : null}
      </PlainLink>
      <span className="unit" aria-hidden={spoken ? true : undefined}>
        {unit}
      </span>
    </th>
  );
}

function utcDayOf(minute: number): string {
  return utcDay(new Date(minute * MINUTE_MS).toISOString());
}
