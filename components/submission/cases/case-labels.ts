import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';

/** "Scan 7", "Scan 5f0c" */
export function caseName(caseId: string): string {
  return `Scan ${caseId}`;
}

/** A dot is a scan that has a score: without any there is nothing to draw. */
export function hasFigure({ caseScores }: Pick<EvaluationView, 'caseScores'>): boolean {
  return caseScores.some(({ status }) => status === 'SCORED');
}

/** Why the reader sees single scans, and under which ids. */
export function whyCases(submission: SubmissionView, evaluation: EvaluationView): string {
  const { title } = submission.phase;
  switch (evaluation.caseDisclosure) {
    case 'PSEUDONYMOUS':
      return `${title} shows its teams the scores of hidden scans, under ids drawn for the phase: the same for every submission, in no order of the test set.`;
    case 'SCORES':
      return `Shown because the scans of ${title} are open.`;
    case 'ALL':
      if (submission.phase.kind === 'OPEN') return `Shown because the scans of ${title} are open.`;
      return submission.rules.showsCaseScores
        ? 'You see the numbers of the test set as organizer; teams see drawn ids, and not which scan failed.'
        : 'You see them as organizer; teams see no single scan of this phase.';
    case 'NONE':
      return '';
  }
}
