import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Fragment } from 'react';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { keyField } from '#app/form-key.ts';
import { orPage, signInAddress } from '#app/refuse.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { PhaseStrip } from '#components/challenge/phase-strip.tsx';
import { currentPhase, formatPhaseState, takesSubmissions } from '#components/format/phase-labels.ts';
import { utcDate } from '#components/format/time.ts';
import { ContainerFiles } from '#components/submit/container-files.tsx';
import { Standing } from '#components/submit/standing.tsx';
import { SubmitForm } from '#components/submit/submit-form.tsx';
import { TerminalSteps } from '#components/submit/terminal-steps.tsx';
import { Terms, TermsSection, termsFields } from '#components/submit/terms.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import type { SubmitView } from '#lib/api/pages/submit.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import { describeRanked } from '#lib/domain/phases/phase-metrics.ts';
import { describeRule } from '#lib/domain/phases/rules.ts';
import { MAX_ANSWER_LENGTH } from '#lib/domain/registrations/questions.ts';
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
function NextStep({ view, asOf }: { view: SubmitView; asOf: string }) {
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
  const open = view.phases.filter((phase) => takesSubmissions(phase) && phase.caseCount !== null);
  return (
    <>
      {unregistered.map((team) => (
        <RegisterSection key={team.slug} view={view} team={team} />
      ))}
      {view.teams.map((team) => (
        <Standing key={team.slug} view={view} team={team} />
      ))}
      {view.teams
        .filter((team) => team.registered && !team.acceptedTerms)
        .map((team) => (
          <TermsSection key={team.slug} view={view} team={team} accept={acceptTermsAction} />
        ))}
      {!isRegistered ? null : open.length > 0 ? (
        <>
          <noscript>
            <p className="refusal">
              <b>Uploading a file from this page needs JavaScript.</b> Use the terminal commands below
              instead.
            </p>
          </noscript>
          <SubmitForm view={view} asOf={asOf} />
        </>
      ) : (
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

/** Where a team stands with its registration, and the form if it hasn't one. */
function RegisterSection({ view, team }: { view: SubmitView; team: SubmitView['teams'][number] }) {
  const { registration } = team;
  if (registration?.state === 'PENDING') {
    return (
      <section className="register">
        <h2>{team.name} waits for the organizers</h2>
        <p className="soft narrow-text">
          The team registered on {utcDate(registration.createdAt)}. Its owner gets a mail when the organizers
          have decided. After that, every member can submit for it.
        </p>
      </section>
    );
  }
  return (
    <section className="register">
      <h2>Register {team.name}</h2>
      {registration ? (
        <>
          <p>
            <b>The organizers declined the registration.</b> You can register the team again.
          </p>
          <p className="soft narrow-text lines">{registration.reason}</p>
        </>
      ) : (
        <p className="soft narrow-text">
          A team registers once per challenge. After that, every member can submit for it.
          {view.needsApproval ? ' The organizers approve each team first.' : ''}
        </p>
      )}
      <Terms view={view} />
      <ActionForm
        name={team.slug}
        action={registerTeamAction}
        fields={[
          keyField(),
          { name: 'challenge', label: '', type: 'hidden', value: view.challengeSlug },
          { name: 'team', label: '', type: 'hidden', value: team.slug },
          ...view.questions.map(questionField),
          ...termsFields(view),
        ]}
        submit={`Register ${team.name}`}
        pending="Registering"
      />
    </section>
  );
}

function questionField(question: SubmitView['questions'][number]): FieldSpec {
  const { id, label, kind } = question;
  const name = `answers.${id}`;
  if (kind === 'agreement') return { name, label, type: 'agreement' };
  const optional = question.isRequired ? {} : { isOptional: true, hint: 'Optional.' };
  return kind === 'text'
    ? { name, label, type: 'lines', maxLength: MAX_ANSWER_LENGTH, ...optional }
    : { name, label, type: 'select', options: optionsOf(question.options), ...optional };
}

/** The rules of the open phases, or of all phases if none is open. */
function rulesToShow(view: SubmitView): PhaseRules[] {
  const open = view.phases.filter(takesSubmissions).map((phase) => phase.slug);
  return open.length > 0 ? view.rules.filter((rules) => open.includes(rules.phaseSlug)) : view.rules;
}

/** The rules that a container's author needs. */
const CONTAINER_ROWS = [
  'Contract',
  'Input',
  'Output',
  'Limits',
  'Further limits',
  'Isolation',
  'Predictions',
];

/** What containers read and write, once for phases with the same task and contract. */
function PhaseFiles({ view }: { view: SubmitView }) {
  const shown = rulesToShow(view);
  const groups = [...Map.groupBy(shown, ({ contract, task }) => JSON.stringify([contract, task])).values()];
  return groups.map((group, index) => {
    const { contract, task } = group[0]!;
    const phases = group.map(({ phaseSlug }) => view.phases.find(({ slug }) => slug === phaseSlug)!);
    const of = groups.length === 1 ? '' : `, ${phases.map(({ title }) => title).join(' and ')}`;
    return (
      <ContainerFiles
        key={phases[0]!.slug}
        challenge={view.challengeSlug}
        phases={phases}
        task={task}
        contract={contract}
        id={`files-${index}`}
        title={`What a container reads and writes${of}`}
      />
    );
  });
}

/** Phases with the same rules for containers share a section; what a team sees differs by phase. */
function RuleFacts({ view }: { view: SubmitView }) {
  const shown = rulesToShow(view).map((rules) => ({
    rules,
    phase: view.phases.find((phase) => phase.slug === rules.phaseSlug),
  }));
  const groups = Map.groupBy(shown, ({ rules }) =>
    [...CONTAINER_ROWS.map((row) => describeRule(rules, row)), describeRanked(rules)].join('\n'),
  );
  return (
    <>
      {[...groups].map(([contents, group]) => (
        <section key={contents}>
          <h2>
            Rules for containers
            {groups.size === 1 ? '' : `, ${group.map(({ phase }) => phase?.title).join(' and ')}`}
          </h2>
          <ContainerFacts rules={group[0]!.rules} />
        </section>
      ))}
      <section>
        <h2>What your team sees</h2>
        <dl className="facts">
          {shown.flatMap(({ rules, phase }) => [
            <dt key={`${rules.phaseSlug} title`}>{phase?.title}</dt>,
            <dd key={rules.phaseSlug}>{describeRule(rules, 'Teams see')}</dd>,
          ])}
        </dl>
      </section>
    </>
  );
}

function ContainerFacts({ rules }: { rules: PhaseRules }) {
  return (
    <dl className="facts">
      {CONTAINER_ROWS.map((row) => (
        <Fragment key={row}>
          <dt>{row}</dt>
          <dd>{describeRule(rules, row)}</dd>
        </Fragment>
      ))}
      <dt>Ranked by</dt>
      <dd>{describeRanked(rules)}</dd>
    </dl>
  );
}

function optionsOf(options: readonly string[]) {
  return [{ value: '', label: 'Choose one' }, ...options.map((text) => ({ value: text, label: text }))];
}
