import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { editPhaseAction, removePhaseAction } from '#app/organize/[slug]/settings/actions.ts';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { DefinitionForm } from '#components/console/definition/definition-form.tsx';
import { FIELDS } from '#components/console/definition/definition-state.ts';
import { phaseGroups } from '#components/console/definition/phase-groups.ts';
import { Exceptions } from '#components/console/exceptions.tsx';
import { Rehearsal } from '#components/console/rehearsal.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { phaseForm } from '#lib/domain/phases/form/form.ts';
import { counted } from '#lib/domain/units.ts';
import { exceptionsView } from '#lib/site/challenges/exceptions.ts';
import { definitionView } from '#lib/site/console/definition-view.ts';
import { site } from '#lib/site/site.ts';
import { rehearsalView } from '#lib/site/submissions/rehearsals/rehearsal-view.ts';
import { grantExceptionAction, removeRehearsalAction, revokeExceptionAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string; phase: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, phase } = await params;
  return { title: `Settings of ${phase}, ${slug}` };
}

/** All settings of a phase, with what locks them. */
export default async function PhasePage({ params }: Props) {
  const { slug, phase: phaseSlug } = await params;
  const base = `/organize/${slug}`;
  const address = `${base}/phases/${phaseSlug}`;
  const here = site();
  const viewer = await currentViewer();
  const view = await orPage(definitionView(here, slug, viewer), address);
  const { definition, version } = view;
  const phase = definition.phases.find((one) => one.slug === phaseSlug);
  if (!phase) notFound();
  const exceptions = await exceptionsView(here, { challenge: slug, phase: phaseSlug }, viewer);
  const submissions = view.submissions[phaseSlug] ?? 0;
  const place = { challenge: slug, phase: phaseSlug };
  const rehearsal = await rehearsalView(here, place, viewer);
  return (
    <ConsoleFrame challenge={view.challenge} current="settings" asOf={view.asOf} title={phase.title}>
      <p className="soft narrow-text">
        <Link href={`${base}/settings`}>All phases</Link>.{' '}
        {submissions === 0
          ? 'Nobody has submitted yet: everything can change.'
          : `${counted(submissions, 'submission')}: settings that judge them are locked.${
              rehearsal && rehearsal.submissions.length > 0 ? ' Remove the rehearsal to change them.' : ''
            }`}{' '}
        <Link href={`${address}/test-set`}>Test set</Link>.
      </p>
      {rehearsal ? (
        <section className="console-section" aria-label="Rehearsal">
          <Rehearsal view={rehearsal} place={place} remove={removeRehearsalAction} />
        </section>
      ) : null}
      <DefinitionForm
        action={editPhaseAction}
        groups={phaseGroups(phaseForm(phase, submissions > 0))}
        hidden={{ [FIELDS.challenge]: slug, [FIELDS.phase]: phaseSlug, [FIELDS.version]: version }}
        review="Review changes"
        save="Save these changes"
        readOnly={!view.viewerMayEdit}
      />
      <section className="console-section" aria-label="Exceptions">
        <Exceptions
          view={exceptions}
          place={place}
          grant={view.viewerMayEdit ? grantExceptionAction : null}
          revoke={revokeExceptionAction}
        />
      </section>
      {view.viewerMayEdit && submissions === 0 && definition.phases.length > 1 ? (
        <section className="console-section" aria-label="Remove the phase">
          <Confirmation label="Remove this phase">
            <p>The phase and its settings are gone then. Its test set is kept, but belongs to no phase.</p>
            <form action={removePhaseAction} className="actions">
              <input type="hidden" name={FIELDS.challenge} value={slug} />
              <input type="hidden" name={FIELDS.phase} value={phaseSlug} />
              <SubmitButton pending="Removing" className="btn bad">
                Remove {phase.title}
              </SubmitButton>
            </form>
          </Confirmation>
        </section>
      ) : null}
    </ConsoleFrame>
  );
}
