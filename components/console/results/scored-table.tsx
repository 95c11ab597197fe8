import Link from 'next/link';
import { direction } from '#components/format/metric-labels.ts';
import { formatScore } from '#components/format/quantity.ts';
import { utcClock, utcDate } from '#components/format/time.ts';
import type { ScoredEntry, ScoredView } from '#lib/api/pages/organizer/results.ts';

/** Every scored submission of a phase with the means of all metrics. */
export function ScoredTable({ view: { submissions, metrics, metric } }: { view: ScoredView }) {
  return (
    <table className="plain stackable">
      <caption>
        <b>All scored submissions</b>, by the mean of{' '}
        {metrics.find((one) => one.metric === metric)?.label ?? metric}, the best first. Means over all cases;
        what doesn’t count is here, too.
      </caption>
      <thead>
        <tr>
          <th scope="col">Submission</th>
          <th scope="col">
            Team<span className="unit">algorithm</span>
          </th>
          <th scope="col">Counts</th>
          {metrics.map(({ metric: key, label, unit, better }) => (
            <th key={key} scope="col" className="num" aria-sort={ariaSort(key === metric, better)}>
              {label} {direction({ better })}
              <span className="unit">{unit || 'no unit'}</span>
            </th>
          ))}
          <th scope="col" className="num">
            Failed
          </th>
          <th scope="col" className="num">
            Submitted<span className="unit">UTC</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {submissions.length === 0 ? (
          <tr className="nothing">
            <td colSpan={5 + metrics.length}>No scored submission.</td>
          </tr>
        ) : (
          submissions.map((entry) => (
            <tr key={entry.id}>
              <th scope="row" className="mono">
                <Link href={`/submissions/${entry.id}`} prefetch={false}>
                  {entry.shortId}
                </Link>
              </th>
              <td className="anywhere">
                {entry.teamName}
                <span className="unit">{entry.algorithm}</span>
              </td>
              <td className={entry.tombstone ? 'warn' : 'soft'} data-l="counts">
                {describeCounting(entry)}
              </td>
              {metrics.map(({ metric: key, label, decimals }, index) => (
                <td key={key} className="num" data-l={label}>
                  {formatScore(entry.means[index] ?? null, decimals)}
                </td>
              ))}
              <td className={entry.failedCases > 0 ? 'num bad' : 'num muted'} data-l="failed">
                {entry.failedCases}
              </td>
              <td className="num soft nowrap">
                {utcDate(entry.createdAt)}
                <span className="unit">{utcClock(entry.createdAt)}</span>
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}

function ariaSort(isSorted: boolean, better: ScoredView['metrics'][number]['better']) {
  if (!isSorted) return undefined;
  if (better === 'closer to 1') return 'other';
  return better === 'higher' ? 'descending' : 'ascending';
}

function describeCounting({ tombstone, isEntry }: ScoredEntry): string {
  const excluded = tombstone === null ? null : tombstone.toLowerCase();
  if (isEntry) return excluded ? `entry, ${excluded}` : 'entry';
  return excluded ?? 'not the entry';
}
