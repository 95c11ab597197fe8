import { decimalsShown, direction, shortLabel, unitOf, versionOf } from '#components/format/metric-labels.ts';
import { formatRankRange, formatScore, NO_VALUE } from '#components/format/quantity.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardEntry, LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import type { ComparedMetric, ComparedPair, ComparisonView } from '#lib/api/pages/comparison.ts';
import { ScrollTable } from './scroll-table.tsx';

/** The two teams in numbers: what the leaderboard shows of both, and where single cases are shown the paired comparison. */
export function CompareTable({ comparison, pair }: { comparison: ComparisonView; pair: ComparedPair }) {
  const { metrics, phase, caseCount, synthetic, replicates } = comparison;
  const [a, b] = pair.entries;
  const hasCases = pair.cases !== null;
  return (
    <ScrollTable
      caption={
        <>
          <b>
            Table 1 | {a.teamName} and {b.teamName} in {phase.title}, n = {caseCount}{' '}
            {synthetic ? 'synthetic cases' : 'cases'}.
          </b>{' '}
          {comparison.summary === 'MEDIAN' ? 'Medians' : 'Means'} with 95% intervals.
          {hasCases
            ? ` The difference is the first team minus the second, with the middle 95% of ${replicates.toLocaleString('en')} draws of the cases; wins, ties and losses are cases on which the first team is better, equal or worse, and a failed case is worse than any other.`
            : ''}
        </>
      }
    >
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col" className="num">
            {a.teamName}
          </th>
          <th scope="col" className="num">
            {b.teamName}
          </th>
          {hasCases ? (
            <>
              <th scope="col" className="num">
                Difference
              </th>
              <th scope="col" className="num">
                Wins, ties, losses
              </th>
              <th scope="col" className="num">
                Order false
                <span className="unit">probability</span>
              </th>
            </>
          ) : null}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            Rank <span className="unit">95% range, tier</span>
          </th>
          {pair.entries.map((entry) => (
            <td key={entry.teamSlug} className="num">
              {formatRankRange(entry.rankRange)}
              <span className="unit">tier {entry.tier}</span>
            </td>
          ))}
          {hasCases ? <td colSpan={3} /> : null}
        </tr>
        {metrics.map((metric, index) => (
          <MetricRow
            key={metric.metric}
            metric={metric}
            decimals={decimalsShown(metric, comparison.decimals)}
            entries={pair.entries}
            index={index}
            paired={pair.cases?.metrics[index] ?? null}
          />
        ))}
        <tr>
          <th scope="row">Failed cases</th>
          {pair.entries.map((entry) => (
            <td key={entry.teamSlug} className="num">
              {entry.failed}
              <span className="unit">
                <PlainLink href={`/submissions/${entry.submissionId}`}>
                  submission<span className="vh"> of {entry.teamName}</span>
                </PlainLink>
              </span>
            </td>
          ))}
          {hasCases ? <td colSpan={3} /> : null}
        </tr>
      </tbody>
    </ScrollTable>
  );
}

function MetricRow({
  metric,
  decimals,
  entries,
  index,
  paired,
}: {
  metric: LeaderboardMetric;
  decimals: number;
  entries: [LeaderboardEntry, LeaderboardEntry];
  index: number;
  paired: ComparedMetric | null;
}) {
  return (
    <tr>
      <th scope="row">
        {shortLabel(metric)}
        <span className="unit">
          {direction(metric)} {unitOf(metric)} {versionOf(metric)}
        </span>
      </th>
      {entries.map((entry) => {
        const score = entry.scores[index];
        return (
          <td key={entry.teamSlug} className="num">
            {formatScore(score?.value ?? null, decimals)}
            <Interval ends={score?.interval ?? null} decimals={decimals} />
          </td>
        );
      })}
      {paired ? (
        <>
          <td className="num">
            {signed(paired.difference, decimals)}
            <Interval ends={paired.interval} decimals={decimals} />
          </td>
          <td className="num">
            {paired.outcomes
              ? `${paired.outcomes.wins}, ${paired.outcomes.ties}, ${paired.outcomes.losses}`
              : NO_VALUE}
            {paired.outcomes ? <OutcomeBar outcomes={paired.outcomes} /> : null}
          </td>
          <td className="num">{formatScore(paired.falseOrder, 3)}</td>
        </>
      ) : null}
    </tr>
  );
}

function Interval({ ends, decimals }: { ends: readonly [number, number] | null; decimals: number }) {
  if (!ends) return null;
  return (
    <span className="unit">
      {formatScore(ends[0], decimals)} to {formatScore(ends[1], decimals)}
    </span>
  );
}

function signed(value: number | null, decimals: number): string {
  return value !== null && value > 0 ? `+${formatScore(value, decimals)}` : formatScore(value, decimals);
}

/** The shares of wins, ties and losses, which stand above it in numbers. */
function OutcomeBar({
  outcomes: { wins, ties, losses },
}: {
  outcomes: NonNullable<ComparedMetric['outcomes']>;
}) {
  const total = wins + ties + losses;
  if (total === 0) return null;
  const share = (count: number) => ({ width: `${(100 * count) / total}%` });
  return (
    <span className="outcomes" aria-hidden="true">
      <i className="wins" style={share(wins)} />
      <i className="ties" style={share(ties)} />
      <i className="losses" style={share(losses)} />
    </span>
  );
}
