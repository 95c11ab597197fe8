import type { Metadata } from 'next';
import { cache } from 'react';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { PhaseStrip } from '#components/challenge/phase-strip.tsx';
import { utcDateTime } from '#components/format/time.ts';
import { TombstoneNote } from '#components/rankings/tombstone-note.tsx';
import { BaselineDecision } from '#components/submission/baseline-decision.tsx';
import { Decisions } from '#components/submission/decisions.tsx';
import { LiveSubmission } from '#components/submission/live-submission.tsx';
import { PublicSubmission } from '#components/submission/public-submission.tsx';
import { StandingNote } from '#components/submission/standing-note.tsx';
import { SubmissionAside } from '#components/submission/submission-aside.tsx';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';
import { canMove } from '#lib/domain/evaluations/state.ts';
import { site } from '#lib/site/site.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import {
  cancelSubmissionAction,
  dropBaselineAction,
  excludeSubmissionAction,
  includeSubmissionAction,
  nameBaselineAction,
  rerunSubmissionAction,
  returnQuotaAction,
  selectSubmissionAction,
  withdrawSubmissionAction,
} from './actions.ts';

const DECISIONS = {
  withdraw: withdrawSubmissionAction,
  exclude: excludeSubmissionAction,
  include: includeSubmissionAction,
  returnQuota: returnQuotaAction,
};
const BASELINE_ACTIONS = { name: nameBaselineAction, drop: dropBaselineAction };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}

const readSubmission = cache(async (id: string) =>
  orPage(submissionView(site(), id, await currentViewer()), `/submissions/${id}`),
);

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const submission = await readSubmission((await params).id);
  const { evaluation } = submission;
  return { title: `Submission ${submission.shortId}, ${evaluation.state.toLowerCase()}` };
}

export default async function SubmissionPage({ params, searchParams }: Props) {
  const submission = await readSubmission((await params).id);
  const { by, cases } = await readSearch(searchParams);
  const base = `/challenges/${submission.challengeSlug}`;
  const isPublic = submission.audience === 'public';
  const challenge = {
    slug: submission.challengeSlug,
    title: submission.challengeTitle,
    synthetic: submission.synthetic,
    viewerOrganizes: submission.audience === 'organizer',
  };
  return (
    <>
      <ChallengeHeader challenge={challenge} current={!isPublic && submission.viewerIsTeam ? 'submit' : null}>
        <PhaseStrip
          phases={submission.phases}
          currentSlug={submission.phase.slug}
          asOf={submission.asOf}
          hrefOf={(phase) => `${base}/leaderboard?phase=${phase.slug}`}
        />
      </ChallengeHeader>
      <main id="main" className="wrap under-phases">
        {isPublic ? (
          <PublicSubmission
            submission={submission}
            heading={<Heading submission={submission} />}
            cases={{ by, cases }}
          />
        ) : (
          // A rerun gets a new component, which follows the new attempt.
          <LiveSubmission
            key={submission.evaluation.id}
            submission={submission}
            canCancel={submission.viewerMay.cancel && canMove(submission.evaluation.state, 'CANCELLED')}
            cancel={cancelSubmissionAction}
            rerun={rerunSubmissionAction}
            heading={<Heading submission={submission} submittedBy={submission.submittedBy} />}
            aside={
              <SubmissionAside submission={submission} select={selectSubmissionAction}>
                <BaselineDecision submission={submission} actions={BASELINE_ACTIONS} />
                <Decisions submission={submission} actions={DECISIONS} />
              </SubmissionAside>
            }
            cases={{ by, cases }}
          />
        )}
      </main>
    </>
  );
}

function Heading({
  submission,
  submittedBy,
}: {
  submission: SharedSubmissionView;
  /** Left out for the public. */
  submittedBy?: string;
}) {
  return (
    <div>
      <h1>
        Submission <span className="mono short-id">{submission.shortId}</span>
      </h1>
      <p className="soft">
        <PlainLink href={`/teams/${submission.team.slug}`}>{submission.team.name}</PlainLink>,{' '}
        <span className="mono">{submission.algorithm}</span>, submitted{' '}
        {submittedBy ? `by ${submittedBy} ` : ''}to {submission.phase.title} on{' '}
        {utcDateTime(submission.createdAt)}
      </p>
      <StandingNote standing={submission.standing} baseline={submission.baseline} />
      <TombstoneNote tombstone={submission.tombstone} />
    </div>
  );
}
