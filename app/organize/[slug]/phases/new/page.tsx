import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { addPhaseAction } from '#app/organize/[slug]/settings/actions.ts';
import { orPage, type Parameter } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { DefinitionForm } from '#components/console/definition/definition-form.tsx';
import { FIELDS } from '#components/console/definition/definition-state.ts';
import { phaseGroups } from '#components/console/definition/phase-groups.ts';
import { type FormField, phaseForm } from '#lib/domain/phases/form/form.ts';
import { definitionView } from '#lib/site/console/definition-view.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Add a phase' };

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ like?: Parameter }>;
}

const SLUG: FormField = {
  kind: 'text',
  name: 'slug',
  label: 'Slug',
  hint: 'In addresses, as in “final”; it can’t change later.',
  value: '',
  locked: false,
};

/** A new phase with the settings of another one. */
export default async function NewPhasePage({ params, searchParams }: Props) {
  const { slug } = await params;
  const { like } = await searchParams;
  const base = `/organize/${slug}`;
  const view = await orPage(definitionView(site(), slug, await currentViewer()), `${base}/phases/new`);
  if (!view.viewerMayEdit) notFound();
  const { phases } = view.definition;
  const model = phases.find((phase) => phase.slug === like) ?? phases.at(-1)!;
  const fields = phaseForm({ ...model, title: '' }, false);
  return (
    <ConsoleFrame challenge={view.challenge} current="settings" asOf={view.asOf} title="Add a phase">
      <p className="soft narrow-text">
        <Link href={`${base}/settings`}>All phases</Link>. The settings are those of {model.title}
        {phases.length > 1 ? '; start from ' : '.'}
        {phases
          .filter((phase) => phase !== model)
          .map((phase, index) => (
            <span key={phase.slug}>
              {index > 0 ? ', ' : ''}
              <Link href={`${base}/phases/new?like=${phase.slug}`} prefetch={false}>
                {phase.title}
              </Link>
            </span>
          ))}
        {phases.length > 1 ? ' instead.' : ''} It needs a test set of its own.
      </p>
      <DefinitionForm
        key={model.slug}
        action={addPhaseAction}
        groups={phaseGroups([SLUG, ...fields])}
        hidden={{ [FIELDS.challenge]: slug, [FIELDS.phase]: model.slug, [FIELDS.version]: view.version }}
        review="Check"
        save="Add this phase"
      />
    </ConsoleFrame>
  );
}
