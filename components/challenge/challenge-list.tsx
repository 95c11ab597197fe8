import Link from 'next/link';
import { currentPhase, formatCaseCount, formatPhaseState } from '#components/format/phase-labels.ts';
import { Leaders } from '#components/leaderboard/leaders.tsx';
import type { ChallengeSummary } from '#lib/api/challenges.ts';
import { counted } from '#lib/domain/units.ts';
import { Logo } from './logo.tsx';
import { PhaseStrip } from './phase-strip.tsx';

export function ChallengeList({
  challenges,
  asOf,
}: {
  challenges: readonly ChallengeSummary[];
  asOf: string;
}) {
  return (
    <div className="challenge-list">
      {challenges.map((challenge) => (
        <ChallengeRow key={challenge.slug} challenge={challenge} asOf={asOf} />
      ))}
    </div>
  );
}

function ChallengeRow({ challenge, asOf }: { challenge: ChallengeSummary; asOf: string }) {
  const base = `/challenges/${challenge.slug}`;
  const phase = currentPhase(challenge.phases);
  return (
    <article className="challenge-row">
      <div>
        <div className="question-head">
          <div>
            <h3>
              <Link href={base}>{challenge.title}</Link>
            </h3>
            <p className="question">{challenge.question}</p>
          </div>
          {challenge.logo ? <Logo logo={challenge.logo} className="logo small-logo" /> : null}
        </div>
        <p className="meta">
          {phase ? (
            <span>
              <b className="soft">{phase.title}</b>: {formatPhaseState(phase, asOf)}, {formatCaseCount(phase)}
            </span>
          ) : null}
          <span>{counted(challenge.teamCount, 'team')}</span>
          {challenge.synthetic ? <span>synthetic data</span> : null}
          {challenge.visibility === 'PUBLIC' ? null : <b>{challenge.visibility.toLowerCase()}</b>}
        </p>
        <PhaseStrip
          phases={challenge.phases}
          currentSlug={phase?.slug ?? null}
          asOf={asOf}
          withDeadline={false}
          hrefOf={({ slug }) => `${base}/leaderboard?phase=${slug}`}
        />
      </div>
      <LeadersColumn challenge={challenge} />
    </article>
  );
}

function LeadersColumn({ challenge }: { challenge: ChallengeSummary }) {
  const { leaders } = challenge;
  const base = `/challenges/${challenge.slug}`;
  const title = challenge.phases.find((phase) => phase.slug === leaders?.phaseSlug)?.title;
  return (
    <section className="side leading">
      <h4>Leaders{title ? `, ${title}` : ''}</h4>
      {leaders && leaders.entries.length > 0 ? (
        <>
          <Leaders leaders={leaders} />
          <p className="muted small">
            {leaders.metricLabel}, 95% interval, n = {leaders.caseCount}{' '}
            {challenge.synthetic ? 'synthetic cases' : 'cases'}.{' '}
            <Link href={`${base}/leaderboard?phase=${leaders.phaseSlug}`}>Full leaderboard</Link>
          </p>
        </>
      ) : (
        <p className="muted">
          No team is on the leaderboard yet. <Link href={`${base}/submit`}>Submit a container</Link>
        </p>
      )}
    </section>
  );
}
