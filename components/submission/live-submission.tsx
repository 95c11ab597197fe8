'use client';

import { useRouter } from 'next/navigation';
import { utcClockSeconds } from '#components/format/time.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { withCaseMetrics } from './cases/case-labels.ts';
import { type CaseQuery, CaseTable } from './cases/case-table.tsx';
import { Distribution } from './cases/distribution.tsx';
import { SubmissionErrors } from './errors/submission-errors.tsx';
import { useFollowedEvaluation } from './progress/follow-evaluation.ts';
import { Progress } from './progress/progress.tsx';
import { StageRail } from './progress/stage-rail.tsx';
import { doneOf, formatAgo, formatState, stagesOf } from './progress/stages.ts';
import { ScoreTable } from './score-table.tsx';
import { WithheldScores } from './withheld-scores.tsx';

/** The live part of a submission’s page. Without JavaScript, it shows the state at the time of the response. */
export function LiveSubmission({
  submission,
  canCancel,
  cancel,
  rerun,
  heading,
  aside,
  cases,
}: {
  submission: SubmissionView;
  canCancel: boolean;
  cancel: (form: FormData) => Promise<void>;
  rerun: (form: FormData) => Promise<void>;
  heading: React.ReactNode;
  aside: React.ReactNode;
  cases: CaseQuery;
}) {
  const router = useRouter();
  const { evaluation, following, updatedAt, nowMs } = useFollowedEvaluation(submission, () =>
    router.refresh(),
  );
  const hidden = submission.phase.kind === 'HIDDEN' && !submission.viewerOrganizes;
  const stages = stagesOf(evaluation, {
    hidden,
    asOf: updatedAt,
    archiveBytes: submission.image.bytes + (submission.model?.bytes ?? 0),
    onLeaderboard: placeOf(submission),
    counting: submission.rules.counting,
    standing: submission.standing,
  });
  const perCase = withCaseMetrics(evaluation);
  return (
    <>
      <div className="head">
        {heading}
        <p className="stamp">
          {formatState(evaluation, updatedAt)}.{' '}
          {following === 'ended' ? null : (
            <>
              Updated {utcClockSeconds(updatedAt)} UTC, {formatAgo(updatedAt, nowMs)};{' '}
              <span className="scripted">
                {following === 'live'
                  ? 'this page updates automatically.'
                  : 'live connection lost, checking every 5 s.'}
              </span>
              <noscript>reload to update.</noscript>
            </>
          )}
        </p>
      </div>
      <p className="vh" role="status">
        {formatState(evaluation, updatedAt)}. {announceTenths(doneOf(evaluation), evaluation.caseCount)}
      </p>
      <StageRail stages={stages} />
      <div className="cols">
        <div className="stack">
          <Progress
            evaluation={evaluation}
            hidden={hidden}
            asOf={updatedAt}
            nowMs={nowMs}
            submissionId={submission.id}
            cancel={canCancel ? cancel : null}
          />
          {evaluation.scores.length > 0 ? (
            <ScoreTable submission={submission} evaluation={evaluation} />
          ) : null}
          <WithheldScores submission={submission} evaluation={evaluation} />
          <Distribution submission={submission} evaluation={perCase} />
          <CaseTable submission={submission} evaluation={perCase} query={cases} />
          <SubmissionErrors submission={submission} evaluation={evaluation} rerun={rerun} />
        </div>
        {aside}
      </div>
    </>
  );
}

function placeOf({ id, leaderboardEntry }: SubmissionView): 'this' | 'another' | 'none' {
  if (leaderboardEntry === null) return 'none';
  return leaderboardEntry.submissionId === id ? 'this' : 'another';
}

/** For screen readers: progress in steps of a tenth, so that 140 cases aren’t 140 announcements. */
function announceTenths(done: number, caseCount: number): string {
  const step = Math.max(1, Math.floor(caseCount / 10));
  const announced = done === caseCount ? done : done - (done % step);
  return `${announced} of ${caseCount} cases done`;
}
