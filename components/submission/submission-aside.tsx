import { Fragment } from 'react';
import { decimalsShown } from '#components/format/metric-labels.ts';
import { takesSubmissions } from '#components/format/phase-labels.ts';
import { formatBytes, formatDigest, formatRankRange, formatScore } from '#components/format/quantity.ts';
import { utcDate, utcDay } from '#components/format/time.ts';
import { listAddress } from '#components/ui/list-address.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { ArchiveView } from '#lib/api/archives.ts';
import type { PublicSubmissionView, SharedSubmissionView, SubmissionView } from '#lib/api/submissions.ts';
import { describeRanked } from '#lib/domain/phases/phase-metrics.ts';
import { describeRule } from '#lib/domain/phases/rules.ts';
import { countingName } from '#lib/domain/phases/settings.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { QuotaTicks } from './quota-ticks.tsx';
import { Selection } from './selection.tsx';

export function SubmissionAside({
  submission,
  select,
  children,
}: {
  submission: SubmissionView;
  /** What the viewer can decide. */
  children: React.ReactNode;
  select: (form: FormData) => Promise<void>;
}) {
  return (
    <aside className="side" aria-label="Quota and facts">
      <QuotaSection submission={submission} />
      <OnLeaderboard submission={submission} />
      <Selection submission={submission} select={select} />
      {children}
      <GivenRemarks submission={submission} comment={submission.comment} />
      <Others submission={submission} />
      <EvaluationFacts submission={submission} />
    </aside>
  );
}

/** For everybody: the leaderboard, and the rules that the container ran under. */
export function PublicSubmissionAside({ submission }: { submission: PublicSubmissionView }) {
  return (
    <aside className="side" aria-label="Leaderboard and rules">
      <OnLeaderboard submission={submission} />
      <GivenRemarks submission={submission} comment={null} />
      <section>
        <h2>Rules</h2>
        <dl className="facts">
          <RuleFacts submission={submission} />
        </dl>
        <JsonLink submission={submission} />
      </section>
    </aside>
  );
}

function QuotaSection({ submission }: { submission: SubmissionView }) {
  const { quota, phase } = submission;
  if (!quota) return null;
  const counts = submission.evaluation.usesQuota;
  return (
    <section>
      <h2>Quota left, {phase.title}</h2>
      <QuotaTicks
        quota={quota}
        phase={phase}
        asOf={submission.asOf}
        countsToday={counts && utcDate(submission.createdAt) === utcDate(submission.asOf)}
        countsInPhase={counts}
      />
      <p className="muted">
        Platform errors are retried and don’t use quota, and neither does cancelling after one.
      </p>
      {takesSubmissions(phase) ? (
        <p className="actions">
          <PlainLink className="btn" href={`/challenges/${submission.challengeSlug}/submit`}>
            New submission
          </PlainLink>
        </p>
      ) : null}
    </section>
  );
}

function OnLeaderboard({ submission }: { submission: SharedSubmissionView }) {
  const { leaderboardEntry, rules } = submission;
  if (!leaderboardEntry) return null;
  const decimals = decimalsShown(requireMetric(rules.task, rules.metrics[0]!.metric), rules.decimals);
  return (
    <section>
      <h2>On the leaderboard</h2>
      <p>
        {leaderboardEntry.submissionId === submission.id ? (
          'This submission'
        ) : (
          <PlainLink href={`/submissions/${leaderboardEntry.submissionId}`}>
            Another submission by this team
          </PlainLink>
        )}{' '}
        counts: {leaderboardEntry.primaryLabel} {formatScore(leaderboardEntry.primaryValue, decimals)}, rank{' '}
        {formatRankRange(leaderboardEntry.rankRange)}. This phase ranks each team’s{' '}
        {countingName(rules.counting)} submission.{' '}
        <PlainLink
          href={`/challenges/${submission.challengeSlug}/leaderboard?phase=${submission.phase.slug}`}
        >
          See the leaderboard
        </PlainLink>
      </p>
    </section>
  );
}

function Others({ submission }: { submission: SubmissionView }) {
  if (submission.others.length === 0) return null;
  return (
    <section>
      <h2>Other submissions in {submission.phase.title}</h2>
      <dl className="facts short">
        {submission.others.flatMap((other) => [
          <dt key={`${other.id} id`} className="mono">
            <PlainLink className="quiet" href={`/submissions/${other.id}`}>
              {other.shortId}
            </PlainLink>
          </dt>,
          <dd key={other.id}>
            {other.algorithm}, {other.state.toLowerCase()}, {utcDay(other.createdAt)}
          </dd>,
        ])}
      </dl>
      {submission.viewerIsTeam ? (
        <p className="links">
          <PlainLink
            href={listAddress(`/challenges/${submission.challengeSlug}/submissions`, {
              team: submission.team.slug,
              phase: submission.phase.slug,
            })}
          >
            All submissions of {submission.team.name}
          </PlainLink>
        </p>
      ) : null}
    </section>
  );
}

/** What the team gave besides its archives. Search engines give such a link no weight. */
function GivenRemarks({
  submission: { codeUrl, paperUrl },
  comment,
}: {
  submission: SharedSubmissionView;
  comment: string | null;
}) {
  const links = [
    { label: 'Code', url: codeUrl },
    { label: 'Paper', url: paperUrl },
  ].filter((link): link is { label: string; url: string } => link.url !== null);
  if (links.length === 0 && comment === null) return null;
  return (
    <section>
      <h2>From the team</h2>
      <dl className="facts">
        {links.map(({ label, url }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd className="anywhere">
              <a href={url} rel="nofollow ugc noopener noreferrer">
                {url.replace(/^https?:\/\//, '')}
              </a>
            </dd>
          </Fragment>
        ))}
        {comment === null ? null : (
          <>
            <dt>Comment</dt>
            <dd className="anywhere pre-line">{comment}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function EvaluationFacts({ submission }: { submission: SubmissionView }) {
  const { image, model } = submission;
  return (
    <section>
      <h2>This evaluation</h2>
      <dl className="facts">
        <dt>Image</dt>
        <dd>
          <Archive archive={image} />
        </dd>
        {model ? (
          <>
            <dt>Model</dt>
            <dd>
              <Archive archive={model} />
            </dd>
          </>
        ) : null}
        <RuleFacts submission={submission} />
        <dt>Evaluation</dt>
        <dd className="mono">{submission.evaluation.id}</dd>
      </dl>
      <JsonLink submission={submission} />
    </section>
  );
}

function RuleFacts({ submission: { rules } }: { submission: SharedSubmissionView }) {
  return (
    <>
      <dt>Contract</dt>
      <dd>{describeRule(rules, 'Contract')}</dd>
      <dt>Limits</dt>
      <dd>{describeRule(rules, 'Limits')}</dd>
      <dt>Ranked by</dt>
      <dd>{describeRanked(rules)}</dd>
      <dt>Teams see</dt>
      <dd>{describeRule(rules, 'Teams see')}</dd>
    </>
  );
}

function JsonLink({ submission }: { submission: SharedSubmissionView }) {
  return (
    <p className="links">
      <a href={`/api/v1/submissions/${submission.id}`}>JSON</a>
    </p>
  );
}

function Archive({ archive }: { archive: ArchiveView }) {
  return (
    <>
      {archive.fileName}, {formatBytes(archive.bytes)}
      <br />
      <span className="mono" title={archive.sha256}>
        {formatDigest(archive.sha256)}
      </span>
    </>
  );
}
