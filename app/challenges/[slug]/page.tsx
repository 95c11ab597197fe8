import type { Metadata } from 'next';
import Link from 'next/link';
import { Announcements } from '#components/announcements/announcements.tsx';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { citationOf } from '#components/challenge/citation.ts';
import { Glance } from '#components/challenge/glance.tsx';
import { KeyDates, keyDates } from '#components/challenge/key-dates.tsx';
import { Logo } from '#components/challenge/logo.tsx';
import { Timeline } from '#components/challenge/timeline.tsx';
import { currentPhase, formatDeadline } from '#components/format/phase-labels.ts';
import { utcDateTime } from '#components/format/time.ts';
import { Leaders } from '#components/leaderboard/leaders.tsx';
import { Markdown } from '#components/markdown/markdown.tsx';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { ChallengeView } from '#lib/api/challenges.ts';
import { latestAnnouncements } from '#lib/site/announcements/list-announcements.ts';
import { site } from '#lib/site/site.ts';
import { readChallenge } from './read-challenge.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: challenge.title, description: challenge.question };
}

export default async function OverviewPage({ params }: Props) {
  const { challenge, viewer } = await readChallenge((await params).slug);
  const latest = await latestAnnouncements(site(), challenge.slug, viewer);
  const asOf = site().now().toISOString();
  return (
    <>
      <ChallengeHeader challenge={challenge} current="overview" />
      <main id="main" className="wrap page-top">
        <div className="cols page-cols">
          <div className="stack">
            <Question challenge={challenge} />
            <Announcements slug={challenge.slug} {...latest} />
            <Schedule challenge={challenge} asOf={asOf} />
            {challenge.terms ? (
              <section aria-labelledby="terms">
                <h2 id="terms">Terms</h2>
                <div className="prose soft">
                  <Markdown text={challenge.terms.text} top={3} />
                </div>
              </section>
            ) : null}
            <section aria-labelledby="cite">
              <h2 id="cite">How to cite</h2>
              <p className="soft narrow-text">
                Cite the challenge and the date of the leaderboard you compare with: ranks change while a
                phase is open.
              </p>
              <Preformatted>{citationOf(challenge, asOf)}</Preformatted>
            </section>
          </div>
          <aside className="side" aria-label="At a glance">
            <Glance challenge={challenge} />
            <Leading challenge={challenge} />
          </aside>
        </div>
      </main>
    </>
  );
}

function Question({ challenge }: { challenge: ChallengeView }) {
  const base = `/challenges/${challenge.slug}`;
  return (
    <section>
      <div className="question-head">
        <div>
          <h1 className="question-title">{challenge.question}</h1>
          <div className="prose soft summary">
            <Markdown text={challenge.summary} />
          </div>
        </div>
        {challenge.logo ? <Logo logo={challenge.logo} /> : null}
      </div>
      <p className="actions">
        <Link className="btn primary" href={`${base}/submit`}>
          Submit a container
        </Link>
        <Link className="btn" href={`${base}/leaderboard`}>
          See the leaderboard
        </Link>
      </p>
    </section>
  );
}

function Schedule({ challenge, asOf }: { challenge: ChallengeView; asOf: string }) {
  const phase = currentPhase(challenge.phases);
  if (!phase) return null;
  return (
    <section className="timeline" aria-labelledby="timeline">
      <div className="head">
        <h2 id="timeline">Timeline</h2>
        <p className="stamp">
          {phase.title}: <b>{formatDeadline(phase, asOf).left}</b>
        </p>
      </div>
      <div className="drawing">
        <Timeline phases={challenge.phases} asOf={asOf} />
      </div>
      <KeyDates dates={keyDates(challenge.phases, challenge.phaseRules, challenge.dates)} asOf={asOf} />
      <CalendarLinks slug={challenge.slug} asOf={asOf} />
    </section>
  );
}

/** Programs subscribe by webcal:, which they fetch by HTTP like the file itself. */
function CalendarLinks({ slug, asOf }: { slug: string; asOf: string }) {
  const path = `/challenges/${slug}/calendar.ics`;
  const { host } = new URL(site().environment.origin);
  return (
    <p className="muted small">
      As of {utcDateTime(asOf)}. <a href={`webcal://${host}${path}`}>Subscribe to the dates</a> in your
      calendar, or <a href={path}>download them</a>.
    </p>
  );
}

function Leading({ challenge }: { challenge: ChallengeView }) {
  const { leaders } = challenge;
  const base = `/challenges/${challenge.slug}`;
  const title = challenge.phases.find((phase) => phase.slug === leaders?.phaseSlug)?.title;
  if (!leaders || leaders.entries.length === 0) {
    return (
      <section>
        <h2>Leaders</h2>
        <p className="muted">
          No team is on the leaderboard yet. <Link href={`${base}/submit`}>Submit a container</Link> to be the
          first.
        </p>
      </section>
    );
  }
  return (
    <section>
      <h2>Leaders, {title}</h2>
      <Leaders leaders={leaders} />
      <p className="muted">
        {leaders.metricLabel} with 95% interval, axis {leaders.axis.min} to {leaders.axis.max}, n ={' '}
        {leaders.caseCount} {challenge.synthetic ? 'synthetic cases' : 'cases'}. Teams whose rank ranges
        overlap could swap places on another test set.{' '}
        <Link href={`${base}/leaderboard?phase=${leaders.phaseSlug}`}>Full leaderboard</Link>
      </p>
    </section>
  );
}
