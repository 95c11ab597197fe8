import {
  averageShown,
  decimalsShown,
  direction,
  shortLabel,
  unitOf,
  versionOf,
} from '#components/format/metric-labels.ts';
import { formatRankRange, formatScore } from '#components/format/quantity.ts';
import { utcDateTime, utcDay } from '#components/format/time.ts';
import { shownStratum, stratumLabel } from '#components/leaderboard/strata.tsx';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import type { PermanentEntry, PermanentRanking } from '#lib/api/rankings/permanent.ts';
import type { TombstoneView } from '#lib/api/rankings/tombstones.ts';
import { countingName } from '#lib/domain/phases/settings.ts';
import { TOMBSTONE_LABELS } from './tombstone-table.tsx';

/** One page of the entries of a permanent ranking, as they were. */
export function PermanentTable({
  ranking,
  stratum,
  entries,
  since,
}: {
  ranking: PermanentRanking;
  /** null for all cases. */
  stratum: string | null;
  entries: readonly PermanentEntry[];
  /** What happened to entries since. */
  since: readonly TombstoneView[];
}) {
  const { phase, method, metrics, challenge, testSet } = ranking;
  const kind = `${phase.kind === 'HIDDEN' ? 'hidden' : 'open'} ${challenge.synthetic ? 'synthetic cases' : 'cases'}`;
  const part = shownStratum({ strata: ranking.strata ?? [], stratum });
  const gone = new Map(since.map((tombstone) => [tombstone.submissionId, tombstone]));
  return (
    <table className="plain stackable permanent">
      <caption>
        <b>
          Table 1 | {phase.title}, {countingName(method.counting)} submission of each team,{' '}
          {part ? `${stratumLabel(part)}, ` : ''}n = {testSet.caseCount} {kind}.
        </b>{' '}
        Small numbers are 95% bootstrap intervals.
      </caption>
      <thead>
        <tr>
          <th scope="col">
            Rank<span className="unit">95%</span>
          </th>
          <th scope="col">
            Team<span className="unit">algorithm</span>
          </th>
          {metrics.map((metric) => (
            <MetricHead key={metric.metric} metric={metric} summary={method.summary} />
          ))}
          <th scope="col" className="num">
            Failed<span className="unit">of {testSet.caseCount}</span>
          </th>
          <th scope="col" className="num">
            Submitted<span className="unit">UTC</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Entry
            key={entry.teamSlug}
            entry={entry}
            rank={formatRankRange(entry.rankRange)}
            metrics={metrics}
            decimals={method.decimals}
            gone={gone.get(entry.submissionId)}
          />
        ))}
        {(ranking.baselines ?? []).map(({ name, ...baseline }) => (
          <Entry
            key={baseline.submissionId}
            entry={{ ...baseline, teamName: name }}
            rank="Baseline"
            metrics={metrics}
            decimals={method.decimals}
            gone={gone.get(baseline.submissionId)}
          />
        ))}
      </tbody>
    </table>
  );
}

function MetricHead({
  metric,
  summary,
}: {
  metric: LeaderboardMetric;
  summary: PermanentRanking['method']['summary'];
}) {
  const unit = unitOf(metric);
  const average = averageShown(metric, summary);
  return (
    <th scope="col" className="num" title={metric.label}>
      {shortLabel(metric)}
      <span className="unit">
        {direction(metric)} {unit} {versionOf(metric)}
      </span>
      {average ? <span className="unit">{average}</span> : null}
    </th>
  );
}

function Entry({
  entry,
  rank,
  metrics,
  decimals,
  gone,
}: {
  entry: Pick<PermanentEntry, 'submissionId' | 'teamName' | 'algorithm' | 'failed' | 'submittedAt'> & {
    scores: readonly Pick<PermanentEntry['scores'][number], 'value' | 'interval'>[];
  };
  /** A range, or what the row is instead. */
  rank: string;
  metrics: readonly LeaderboardMetric[];
  decimals: number;
  gone: TombstoneView | undefined;
}) {
  return (
    <tr className={gone ? 'gone' : undefined}>
      <td className="nowrap strong" data-l="Rank">
        {rank}
      </td>
      <th scope="row" className="anywhere">
        <PlainLink className="quiet" href={`/submissions/${entry.submissionId}`}>
          {entry.teamName}
        </PlainLink>
        <span className="unit lines">{entry.algorithm}</span>
        {gone ? <span className="unit warn">{TOMBSTONE_LABELS[gone.kind]} since</span> : null}
      </th>
      {metrics.map((metric, index) => {
        const { value = null, interval = null } = entry.scores[index] ?? {};
        const places = decimalsShown(metric, decimals);
        return (
          <td key={metric.metric} className="num" data-l={shortLabel(metric)}>
            {formatScore(value, places)}
            {interval ? (
              <span className="unit">
                {formatScore(interval[0], places)} to {formatScore(interval[1], places)}
              </span>
            ) : null}
          </td>
        );
      })}
      <td className="num" data-l="Failed">
        {entry.failed}
      </td>
      <td className="num soft nowrap" data-l="Submitted">
        <time dateTime={entry.submittedAt} title={utcDateTime(entry.submittedAt)}>
          {utcDay(entry.submittedAt)}
        </time>
      </td>
    </tr>
  );
}
