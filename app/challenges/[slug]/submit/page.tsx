import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { keyField } from '#app/form-key.ts';
import { orPage, signInAddress } from '#app/refuse.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { PhaseStrip } from '#components/challenge/phase-strip.tsx';
import {
  currentPhase,
  formatPhaseState,
  takesRehearsals,
  takesSubmissions,
} from '#components/format/phase-labels.ts';
import { PhaseFiles, RuleFacts } from '#components/submit/container-rules.tsx';
import { RegisterSection } from '#components/submit/register-section.tsx';
import { Standing } from '#components/submit/standing.tsx';
import { SubmitForm } from '#components/submit/submit-form.tsx';
import { TerminalSteps } from '#components/submit/terminal-steps.tsx';
import { TermsSection } from '#components/submit/terms.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import type { SubmitView } from '#lib/api/pages/submit.ts';
import { site } from '#lib/site/site.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { acceptTermsAction, registerTeamAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Submit, ${challenge.title}` };
}

export default async function SubmitPage({ params }: Props) {
  const { slug } = await params;
  const { challenge, viewer } = await readChallenge(slug);
  if (!viewer) redirect(signInAddress(`/challenges/${slug}/submit`));
  const here = site();
  const view = await orPage(submitView(here, slug, viewer), `/challenges/${slug}/submit`);
  const asOf = here.now().toISOString();
  const current = currentPhase(view.phases);
  const team = view.teams.find((entry) => entry.registered);
  const firstOpen =
    view.phases.find((phase) => phase.status === 'open') ?? view.phases.find(takesSubmissions);
  return (
    <>
      <ChallengeHeader challenge={challenge} current="submit">
        <PhaseStrip phases={view.phases} currentSlug={current?.slug ?? null} asOf={asOf} />
      </ChallengeHeader>
      <main id="main" className="wrap under-phases">
        <div className="head">
          <h1>Submit a container</h1>
          {team ? (
            <p className="stamp">
              <Link
                href={listAddress(`/challenges/${slug}/submissions`, { team: team.slug })}
                prefetch={false}
              >
                Your team’s submissions
              </Link>
            </p>
          ) : null}
        </div>
        <div className="cols">
          <div>
            <NextStep view={view} asOf={asOf} />
            <PhaseFiles view={view} />
            {team && firstOpen ? (
              <section className="console-section" aria-labelledby="terminal">
                <h2 id="terminal">From a terminal</h2>
                <TerminalSteps
                  origin={here.environment.origin}
                  challenge={slug}
                  phase={firstOpen.slug}
                  team={team.slug}
                />
              </section>
            ) : null}
          </div>
          <aside className="side" aria-label="Rules for containers">
            <RuleFacts view={view} />
          </aside>
        </div>
      </main>
    </>
  );
}

/** The form if the viewer can submit; otherwise the step that is missing. */
async function NextStep({ view, asOf }: { view: SubmitView; asOf: string }) {
  // Each person takes part with one team, so that one registered team is enough.
  const isRegistered = view.teams.some((team) => team.registered);
  const unregistered = isRegistered ? [] : view.teams;
  if (view.teams.length === 0) {
    return (
      <div className="empty">
        <p>
          <b>You need a team to submit.</b>
        </p>
        <p className="soft">
          Create one for yourself or for a group; all it needs is a name. To join one, ask its owner for an
          invitation, or ask on the team’s page.
        </p>
        <p className="actions">
          <Link className="btn primary" href={`/teams/new?next=/challenges/${view.challengeSlug}/submit`}>
            Create team
          </Link>
        </p>
      </div>
    );
  }
  const open = view.phases.filter(
    (phase) =>
      (isRegistered && takesSubmissions(phase) && phase.caseCount !== null) || takesRehearsals(phase, view),
  );
  const keys = await Promise.all(unregistered.map(() => keyField()));
  return (
    <>
      {unregistered.map((team, index) => (
        <RegisterSection
          key={team.slug}
          view={view}
          team={team}
          keyField={keys[index]!}
          register={registerTeamAction}
        />
      ))}
      {view.teams.map((team) => (
        <Standing key={team.slug} view={view} team={team} />
      ))}
      {view.teams
        .filter((team) => team.registered && !team.acceptedTerms)
        .map((team) => (
          <TermsSection key={team.slug} view={view} team={team} accept={acceptTermsAction} />
        ))}
      {open.length > 0 ? (
        <>
          <noscript>
            <p className="refusal">
              <b>Uploading a file from this page needs JavaScript.</b> Use the terminal commands below
              instead.
            </p>
          </noscript>
          <SubmitForm view={view} asOf={asOf} />
        </>
      ) : !isRegistered ? null : (
        <div className="empty">
          <p>
            <b>No phase is accepting submissions.</b>
          </p>
          {view.phases.map((phase) => (
            <p key={phase.slug} className="soft">
              {phase.title}: {formatPhaseState(phase, asOf)}
              {phase.caseCount === null ? '; it has no test set yet' : ''}.
            </p>
          ))}
        </div>
      )}
    </>
  );
}
