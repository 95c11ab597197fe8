import { PlainLink } from '#components/ui/plain-link.tsx';
import type { RescoringView } from '#lib/api/pages/organizer/rescorings.ts';

/** More digits than a leaderboard shows, because a change may be small. */
const DECIMALS = 6;

type Submission = RescoringView['report']['submissions'][number];
type Metric = Submission['metrics'][number];

/** The submissions that change: ranks, and of each metric its version, value and number of changed cases. */
export function RescoringTable({ rescoring: { report, labels } }: { rescoring: RescoringView }) {
  const changed = report.submissions.filter(isChanged);
  if (changed.length === 0) return <p className="muted">No rank, value or version changes.</p>;
  return (
    <table className="plain top stackable">
      <thead>
        <tr>
          <th scope="col">Submission</th>
          <th scope="col">Rank</th>
          <th scope="col">Metric</th>
          <th scope="col">Version</th>
          <th scope="col" className="num">
            Before
          </th>
          <th scope="col" className="num">
            After
          </th>
          <th scope="col" className="num">
            Cases changed
          </th>
        </tr>
      </thead>
      <tbody>
        {changed.flatMap((submission) =>
          submission.metrics.map((metric, index) => (
            <tr key={`${submission.submissionId} ${metric.metric}`}>
              <th scope="row">
                {index === 0 ? (
                  <PlainLink href={`/submissions/${submission.submissionId}`}>
                    {submission.team}: {submission.algorithm}
                  </PlainLink>
                ) : null}
              </th>
              <td data-l="rank">{index === 0 ? rankText(submission) : null}</td>
              <td data-l="metric">{labels[metric.metric] ?? metric.metric}</td>
              <td data-l="version">{arrow(metric.versionBefore, metric.version)}</td>
              <td className="num" data-l="before">
                {format(metric.valueBefore)}
              </td>
              <td className="num" data-l="after">
                {format(metric.valueAfter)}
              </td>
              <td className="num" data-l="cases changed">
                {casesText(metric)}
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}

function isChanged({ rankBefore, rankAfter, isWhole, metrics }: Submission): boolean {
  const isMetricChanged = ({ versionBefore, version, valueBefore, valueAfter, changedCases }: Metric) =>
    versionBefore !== version || valueBefore !== valueAfter || changedCases > 0;
  return rankBefore !== rankAfter || !isWhole || metrics.some(isMetricChanged);
}

function rankText({ rankBefore, rankAfter, isWhole }: Submission): string {
  if (!isWhole && rankBefore !== null) return `${rankBefore} → leaves`;
  return arrow(rankBefore, rankAfter);
}

function casesText({ isRescored, over, changedCases }: Metric): string {
  if (!isRescored) return 'not rescored';
  return over === 'set' ? '–' : String(changedCases);
}

function arrow(before: number | null, after: number | null): string {
  const [from, to] = [before ?? '–', after ?? '–'];
  return from === to ? `${from}` : `${from} → ${to}`;
}

function format(value: number | null): string {
  return value === null ? '–' : value.toFixed(DECIMALS);
}
