import type { PublicSubmissionView } from '#lib/api/submissions.ts';
import { withCaseMetrics } from './cases/case-labels.ts';
import { type CaseQuery, CaseTable } from './cases/case-table.tsx';
import { Distribution } from './cases/distribution.tsx';
import { ScoreTable } from './score-table.tsx';
import { PublicSubmissionAside } from './submission-aside.tsx';

/** A scored submission as everybody sees it: its scores, and its place on the leaderboard. */
export function PublicSubmission({
  submission,
  heading,
  cases,
}: {
  submission: PublicSubmissionView;
  heading: React.ReactNode;
  cases: CaseQuery;
}) {
  const { evaluation } = submission;
  const perCase = withCaseMetrics(evaluation);
  return (
    <>
      <div className="head">{heading}</div>
      <div className="cols">
        <div className="stack">
          <ScoreTable submission={submission} evaluation={evaluation} />
          <Distribution submission={submission} evaluation={perCase} />
          <CaseTable submission={submission} evaluation={perCase} query={cases} />
        </div>
        <PublicSubmissionAside submission={submission} />
      </div>
    </>
  );
}
