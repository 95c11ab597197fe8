import { decimalsShown, direction, unitOf, versionOf } from '#components/format/metric-labels.ts';
import { formatRankInterval, formatScore } from '#components/format/quantity.ts';
import type { PublicEvaluationView } from '#lib/api/evaluations.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';

/** Mean and median of each metric over all cases, in bold what the leaderboard shows; failed cases count as the worst value. */
export function ScoreTable({
  submission,
  evaluation,
}: {
  submission: SharedSubmissionView;
  evaluation: PublicEvaluationView;
}) {
  const { decimals } = submission.rules;
  const leaderboard = submission.leaderboardEntry;
  const counts = leaderboard?.submissionId === submission.id;
  return (
    <section aria-labelledby="scores">
      <table className="plain">
        <caption>
          <b id="scores">Table 1 | Scores.</b> Over {evaluation.caseCount}{' '}
          {submission.synthetic ? 'synthetic cases' : 'cases'}
          {evaluation.failed > 0 ? `; ${evaluation.failed} failed, at the worst value` : ''}.
          {counts && leaderboard ? (
            <>
              {' '}
              This submission counts for the leaderboard:{' '}
              <b>rank {formatRankInterval(leaderboard.rankInterval)}</b>.
            </>
          ) : null}
        </caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" className="num">
              Mean
            </th>
            <th scope="col" className="num">
              Median
            </th>
            <th scope="col" className="num">
              n
            </th>
            <th scope="col" className="num">
              Failed
            </th>
          </tr>
        </thead>
        <tbody>
          {evaluation.scores.map((entry) => (
            <tr key={entry.metric}>
              <th scope="row">
                {entry.label}
                <span className="unit">
                  {direction(entry)} {unitOf(entry)} {versionOf(entry)}
                  {entry.weight > 0 ? '' : ', not ranked'}
                </span>
              </th>
              <Averages entry={entry} summary={submission.rules.summary} decimals={decimals} />
              <td className="num soft">{entry.n}</td>
              <td className={entry.failed > 0 ? 'num bad' : 'num muted'}>{entry.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Averages({
  entry,
  summary,
  decimals,
}: {
  entry: PublicEvaluationView['scores'][number];
  summary: PhaseRules['summary'];
  decimals: number;
}) {
  const format = (value: number | null) => formatScore(value, decimalsShown(entry, decimals));
  if (entry.over === 'set') {
    return (
      <td className="num" colSpan={2}>
        <span className="soft">over all cases</span> <b>{format(entry.mean)}</b>
      </td>
    );
  }
  const cell = (name: PhaseRules['summary'], value: number | null) =>
    summary === name ? (
      <td className="num">
        <b>{format(value)}</b>
      </td>
    ) : (
      <td className="num soft">{format(value)}</td>
    );
  return (
    <>
      {cell('MEAN', entry.mean)}
      {cell('MEDIAN', entry.median)}
    </>
  );
}
