'use client';

import { useOwnTeams } from '#components/site/reader.tsx';
import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { countingName } from '#lib/domain/phases/settings.ts';
import { counted } from '#lib/domain/units.ts';
import { type LeaderboardState, type LeaderboardStateQuery, leaderboardState } from './leaderboard-state.ts';
import { METHOD_LABELS } from './method-labels.ts';
import { withMetricSet } from './metric-sets.tsx';
import { useOwnPins } from './own-pins.ts';
import { shownStratum, stratumLabel } from './strata.tsx';
import { BaselineRows } from './table/baseline-rows.tsx';
import { EntryRow } from './table/entry-row.tsx';
import { LeaderboardHead } from './table/leaderboard-head.tsx';
import { referencesOf } from './table/references.ts';
import { gridOf } from './table/whisker.tsx';

/** Columns beside those of the metrics. */
const FIXED_COLUMNS = 8;

/**
 * The leaderboard as a table that is complete without its drawings. One column plots all entries on the same axis.
 * In the order of the ranking, each tier is a group of rows. On a phone, each entry becomes four lines on that axis.
 */
export function Leaderboard({
  leaderboard: shared,
  query,
}: {
  leaderboard: LeaderboardPageView;
  query: LeaderboardStateQuery;
}) {
  const ownTeams = useOwnTeams();
  const whole = useOwnPins(shared, query.pin);
  const state = leaderboardState(whole, query);
  const leaderboard = withMetricSet(whole, state.metricSet);
  const row = (entry: LeaderboardEntry, tierCell?: React.ReactNode) => (
    <EntryRow
      key={entry.teamSlug}
      leaderboard={leaderboard}
      entry={entry}
      state={state}
      own={ownTeams.includes(entry.teamSlug)}
      tierCell={tierCell}
    />
  );
  const stratum = shownStratum(leaderboard);
  const ranked = whole.metrics.filter((metric) => metric.weight > 0).length;
  return (
    <table className="leaderboard" style={gridOf(leaderboard.axis, referencesOf(leaderboard))}>
      <caption>
        <b>
          Table 1 | {leaderboard.phase.title}, {countingName(leaderboard.counting)} submission of each team,{' '}
          {stratum ? `${stratumLabel(stratum)}, ` : ''}n = {leaderboard.caseCount}{' '}
          {leaderboard.phase.kind === 'HIDDEN' ? 'hidden' : 'open'}{' '}
          {leaderboard.synthetic ? 'synthetic cases' : 'cases'}.
        </b>{' '}
        <HowOrdered leaderboard={leaderboard} state={state} ranked={ranked} />
        {state.metricSet === null
          ? null
          : ` Of the metrics, only those of “${state.metricSet}” are shown; the ranking stays by all ranked metrics.`}
      </caption>
      <LeaderboardHead leaderboard={leaderboard} state={state} rankedCount={ranked} />
      {leaderboard.pinned.length > 0 ? (
        <tbody className="pinned">
          <tr className="group">
            <th colSpan={FIXED_COLUMNS + leaderboard.metrics.length} scope="rowgroup">
              Pinned, from other pages
            </th>
          </tr>
          {leaderboard.pinned.map((entry) => row(entry))}
        </tbody>
      ) : null}
      {showsTiers(state) ? (
        groupByTier(leaderboard.entries).map((group) => (
          <tbody key={group[0]!.tier}>
            {group.map((entry, index) => row(entry, index === 0 ? <TierCell group={group} /> : null))}
          </tbody>
        ))
      ) : (
        <tbody>{leaderboard.entries.map((entry) => row(entry))}</tbody>
      )}
      {state.q === '' ? (
        <BaselineRows leaderboard={leaderboard} columns={FIXED_COLUMNS + leaderboard.metrics.length} />
      ) : null}
    </table>
  );
}

/** Tiers are brackets in their own order only, and not around the results of a search. */
function showsTiers({ sort, method, q }: LeaderboardState): boolean {
  return sort.key === 'rank' && !sort.descending && method === null && q === '';
}

function groupByTier(entries: readonly LeaderboardEntry[]): LeaderboardEntry[][] {
  return [...Map.groupBy(entries, ({ tier }) => tier).values()];
}

function TierCell({ group }: { group: readonly LeaderboardEntry[] }) {
  return (
    <th scope="rowgroup" className="c-tier" rowSpan={group.length}>
      <span className="t">
        <span className="word">Tier </span>
        {group[0]!.tier}
        <span className="word">: {counted(group.length, 'team')}</span>
      </span>
      <i />
    </th>
  );
}

/** What the numbers of the table are. */
function HowOrdered({
  leaderboard: { ranking, summary },
  state: { method },
  ranked,
}: {
  leaderboard: LeaderboardView;
  state: LeaderboardState;
  ranked: number;
}) {
  const figures = `${summary === 'MEDIAN' ? 'scores are medians over the cases, and ' : ''}whiskers are 95% bootstrap intervals.`;
  const small = ranked === 1 ? null : <span className="wide"> (small numbers: by one metric)</span>;
  if (method !== null) {
    return (
      <>
        Ranks as if by {METHOD_LABELS[method].order}; below them, the rank ranges of this phase. All other
        columns{small} stay as they are; {figures}
      </>
    );
  }
  if (ranked === 1 && ranking === 'AGGREGATE_THEN_RANK') return <>{capitalize(figures)}</>;
  return (
    <>
      {ranking === 'RANK_THEN_AGGREGATE'
        ? `Ordered by the mean of the ranks on each case${ranked > 1 ? ' and metric' : ''}`
        : `Ordered by the weighted mean of ${ranked} metric ranks`}
      {small}; {figures}
    </>
  );
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
