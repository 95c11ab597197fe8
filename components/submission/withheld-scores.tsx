import { PlainLink } from '#components/ui/plain-link.tsx';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { ladderZ } from '#lib/domain/disclosure/ladder.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';

/** Says why a scored submission shows no scores, and what would. */
export function WithheldScores({
  submission,
  evaluation,
}: {
  submission: SubmissionView;
  evaluation: EvaluationView;
}) {
  const { withheld } = evaluation;
  if (withheld === null) return null;
  return (
    <section aria-labelledby="scores">
      <h2 id="scores">Scores</h2>
      <p>
        <b>{HEADLINES[withheld]}</b> <Reason submission={submission} withheld={withheld} />
      </p>
    </section>
  );
}

type Withheld = NonNullable<EvaluationView['withheld']>;

const HEADLINES: Readonly<Record<Withheld, string>> = {
  SEALED: 'The scores are sealed.',
  LADDER:
    'The scores aren’t shown, because this submission isn’t clearly better than your team’s shown entry.',
  UNDECIDED: 'It isn’t decided yet whether the scores are shown.',
};

function Reason({ submission, withheld }: { submission: SubmissionView; withheld: Withheld }) {
  const { rules, leaderboardEntry } = submission;
  if (withheld === 'SEALED')
    return <>All cases are scored. Nobody but the organizers sees a score before they reveal the results.</>;
  if (withheld === 'UNDECIDED') return <>That takes a few seconds. Reload the page to see it.</>;
  const { label } = requireMetric(rules.task, rules.metrics[0]!.metric);
  return (
    <>
      To take its place, a submission must improve the mean of {label} by more than{' '}
      {ladderZ(rules.submissionsOfAllTeams!).toFixed(2)} standard errors of the difference over the cases, so
      that many small guesses reveal nothing about the hidden cases.{' '}
      {leaderboardEntry ? (
        <PlainLink href={`/submissions/${leaderboardEntry.submissionId}`}>See the shown entry</PlainLink>
      ) : null}
    </>
  );
}
