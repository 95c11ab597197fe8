import { decimalsShown, direction, unitOf, versionOf } from '#components/format/metric-labels.ts';
import { formatRankInterval, formatScore } from '#components/format/quantity.ts';
import type { PublicEvaluationView } from '#lib/api/evaluations.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';

/** Mean and median of each metric over all cases; failed cases count as the declared worst value. */
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
              <td className="num">
                <b>{formatScore(entry.mean, decimalsShown(entry, decimals))}</b>
              </td>
              <td className="num soft">{formatScore(entry.median, decimalsShown(entry, decimals))}</td>
              <td className="num soft">{entry.n}</td>
              <td className={entry.failed > 0 ? 'num bad' : 'num muted'}>{entry.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
