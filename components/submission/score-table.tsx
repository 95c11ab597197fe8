import { decimalsShown, direction, unitOf, versionOf } from '#components/format/metric-labels.ts';
import { formatRankRange, formatScore } from '#components/format/quantity.ts';
import type { PublicEvaluationView } from '#lib/api/evaluations.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';

/**
 * Mean and median of each metric per case, and the value of each metric over the set, in bold what the leaderboard shows;
 * failed cases count as the worst value.
 */
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
  const columns = COLUMNS.filter(({ over }) => evaluation.scores.some((entry) => entry.over === over));
  return (
    <section aria-labelledby="scores">
      <table className="plain">
        <caption>
          <b id="scores">Table 1 | Scores.</b> Over {evaluation.caseCount}{' '}
          {submission.synthetic ? 'synthetic cases' : 'cases'}
          {evaluation.failed > 0 ? `; ${evaluation.failed} failed, at the worst value` : ''}.
          {evaluation.leavesOutHeldBack
            ? ' The cases that count only in the final ranking are left out.'
            : null}
          {counts && leaderboard ? (
            <>
              {' '}
              This submission counts for the leaderboard: <b>rank {formatRankRange(leaderboard.rankRange)}</b>
              .
            </>
          ) : null}
        </caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            {columns.map(({ name, title }) => (
              <th key={name} scope="col" className="num">
                {title}
              </th>
            ))}
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
              {columns.map(({ name, value }) => (
                <td key={name} className="num soft">
                  <Value
                    entry={entry}
                    value={value(entry)}
                    isShown={entry.over === 'set' || name === submission.rules.summary}
                    decimals={decimals}
                  />
                </td>
              ))}
              <td className="num soft">{entry.n}</td>
              <td className={entry.failed > 0 ? 'num bad' : 'num muted'}>{entry.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

type Entry = PublicEvaluationView['scores'][number];

interface ValueColumn {
  name: PhaseRules['summary'] | 'SET';
  title: string;
  /** The metrics that have this value. */
  over: Entry['over'];
  value: (entry: Entry) => number | null;
}

const COLUMNS: readonly ValueColumn[] = [
  { name: 'MEAN', title: 'Mean', over: 'case', value: ({ over, mean }) => (over === 'case' ? mean : null) },
  { name: 'MEDIAN', title: 'Median', over: 'case', value: ({ median }) => median },
  { name: 'SET', title: 'All cases', over: 'set', value: ({ over, mean }) => (over === 'set' ? mean : null) },
];

function Value({
  entry,
  value,
  isShown,
  decimals,
}: {
  entry: Entry;
  value: number | null;
  isShown: boolean;
  decimals: number;
}) {
  const text = formatScore(value, decimalsShown(entry, decimals));
  return isShown && value !== null ? <b>{text}</b> : text;
}
