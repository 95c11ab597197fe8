import type { PublicEvaluationView } from '#lib/api/evaluations.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';

/** "Case 7", "Case 5f0c" */
export function caseName(caseId: string): string {
  return `Case ${caseId}`;
}

/** Without the metrics over the set, which no case has a value of. */
export function withCaseMetrics<View extends Pick<PublicEvaluationView, 'scores'>>(evaluation: View): View {
  return { ...evaluation, scores: evaluation.scores.filter(({ over }) => over === 'case') };
}

/** The figure has a dot per case with a score, so it needs at least one, and a metric that cases have a value of. */
export function hasFigure({
  caseScores,
  scores,
}: Pick<PublicEvaluationView, 'caseScores' | 'scores'>): boolean {
  return scores.length > 0 && caseScores.some(({ status }) => status === 'SCORED');
}

/** Why the viewer sees single cases, and under which IDs. */
export function explainDisclosure(
  submission: SharedSubmissionView,
  evaluation: PublicEvaluationView,
): string {
  const { title } = submission.phase;
  switch (evaluation.caseDisclosure) {
    case 'PSEUDONYMOUS':
      return `${title} shows teams the scores of its hidden cases under pseudonymous case IDs. The IDs are the same for every submission and unrelated to the order of the test set.`;
    case 'SCORES':
      return `Shown because the cases of ${title} are open.`;
    case 'ALL':
      if (submission.phase.kind === 'OPEN') return `Shown because the cases of ${title} are open.`;
      return submission.rules.showsCaseScores
        ? 'As an organizer, you see the case numbers of the test set. Teams see pseudonymous case IDs, and not which case failed.'
        : 'Only organizers see this: teams see no scores of single cases in this phase.';
    case 'NONE':
      return '';
  }
}
