import type { EvaluationView, SubmissionView } from '#lib/domain/views.ts';
import { decimalsShown, direction, shortLabel, unitOf } from '../board/metric-words.ts';
import { score } from '../format/quantity.ts';

/** Scores of single scans, in an open phase only: its scans are public. */
export function CaseTable({
  submission,
  evaluation,
}: {
  submission: SubmissionView;
  evaluation: EvaluationView;
}) {
  const metrics = evaluation.scores;
  if (evaluation.caseScores.length === 0 || metrics.length === 0) return null;
  return (
    <section aria-labelledby="cases">
      <table className="plain stackable">
        <caption>
          <b id="cases">Table 2 | Each scan.</b> Shown because the scans of {submission.phase.title} are open.
        </caption>
        <thead>
          <tr>
            <th scope="col">Scan</th>
            {metrics.map((metric) => (
              <th key={metric.metric} scope="col" className="num">
                {shortLabel(metric)}
                <span className="unit">
                  {direction(metric)} {unitOf(metric)}
                </span>
              </th>
            ))}
            <th scope="col" className="pad">
              Code
            </th>
          </tr>
        </thead>
        <tbody>
          {evaluation.caseScores.map((entry) => (
            <tr key={entry.caseNumber}>
              <th scope="row">{entry.caseNumber}</th>
              {metrics.map((metric) => (
                <td key={metric.metric} className="num" data-l={shortLabel(metric)}>
                  {score(
                    entry.metrics[metric.metric] ?? null,
                    decimalsShown(metric.metric, submission.rules.decimals),
                  )}
                </td>
              ))}
              <td className="mono small pad bad">{entry.code ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
