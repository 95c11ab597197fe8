'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import {
  type DefinitionState,
  EMPTY_DEFINITION_FORM,
  FIELDS,
} from '#components/console/definition/definition-state.ts';
import { DomainError } from '#lib/domain/errors.ts';
import {
  formErrors,
  readChallengeForm,
  readPhaseForm,
  type SentForm,
} from '#lib/domain/phases/form/read-form.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import { counted } from '#lib/domain/units.ts';
import { applyDefinition, readDefinition } from '#lib/site/challenges/edit-challenge.ts';
import { site } from '#lib/site/site.ts';

/** The forms of a challenge's settings: each makes a new definition of the whole challenge from what was sent. */

export async function editChallengeAction(_state: DefinitionState, form: FormData): Promise<DefinitionState> {
  return applyForm(form, (definition, sent) => ({
    definition: readChallengeForm(definition, sent),
    index: null,
  }));
}

export async function editPhaseAction(_state: DefinitionState, form: FormData): Promise<DefinitionState> {
  return applyForm(form, (definition, sent) => {
    const index = indexOf(definition, textOf(form, FIELDS.phase));
    const phases = definition.phases.map((phase, place) =>
      place === index ? readPhaseForm(phase, sent) : phase,
    );
    return { definition: { ...definition, phases }, index };
  });
}

export async function addPhaseAction(_state: DefinitionState, form: FormData): Promise<DefinitionState> {
  const slug = textOf(form, FIELDS.challenge);
  const state = await applyForm(form, (definition, sent) => {
    const like = definition.phases[indexOf(definition, textOf(form, FIELDS.phase))]!;
    const added = { ...(readPhaseForm(like, sent) as object), slug: (sent['slug'] ?? '').trim() };
    return {
      definition: { ...definition, phases: [...definition.phases, added] },
      index: definition.phases.length,
    };
  });
  if (state.done !== null)
    redirect(`/organize/${slug}/phases/${encodeURIComponent(textOf(form, 'slug').trim())}`);
  return state;
}

export async function removePhaseAction(form: FormData): Promise<void> {
  const here = site();
  const [slug, phase] = [textOf(form, FIELDS.challenge), textOf(form, FIELDS.phase)];
  const viewer = await currentViewer();
  const { definition } = await readDefinition(here, slug, viewer);
  const phases = definition.phases.filter((one) => one.slug !== phase);
  await applyDefinition(here, slug, { definition: { ...definition, phases } }, viewer);
  revalidatePath(`/organize/${slug}`, 'layout');
  redirect(`/organize/${slug}/settings`);
}

function indexOf({ phases }: ChallengeDefinition, slug: string): number {
  const index = phases.findIndex((phase) => phase.slug === slug);
  if (index === -1)
    throw new DomainError('NOT_FOUND', 'This phase doesn’t exist any more. Nothing was saved.');
  return index;
}

type Change = (
  definition: ChallengeDefinition,
  sent: SentForm,
) => { definition: unknown; index: number | null };

async function applyForm(form: FormData, change: Change): Promise<DefinitionState> {
  const sent = sentOf(form);
  let index: number | null = null;
  try {
    const here = site();
    const slug = textOf(form, FIELDS.challenge);
    const viewer = await currentViewer();
    const { definition } = await readDefinition(here, slug, viewer);
    const changed = change(definition, sent);
    index = changed.index;
    const request = { definition: changed.definition, version: textOf(form, FIELDS.version) };
    const { changes } = await applyDefinition(here, slug, { ...request, dryRun: true }, viewer);
    const wasReviewed = textOf(form, FIELDS.reviewed) === JSON.stringify(changes);
    if (textOf(form, FIELDS.intent) !== 'save' || !wasReviewed || changes.length === 0) {
      return { ...EMPTY_DEFINITION_FORM, values: typed(sent), changes };
    }
    await applyDefinition(here, slug, request, viewer);
    revalidatePath(`/organize/${slug}`, 'layout');
    return { ...EMPTY_DEFINITION_FORM, done: `Saved ${counted(changes.length, 'change')}.` };
  } catch (error) {
    const refused = formRefusal(error, form);
    return {
      ...refused,
      fields: formErrors(refused.fields, { index, sent }),
      values: typed(sent),
      changes: null,
    };
  }
}

/** The fields of the form that are settings. */
function sentOf(form: FormData): SentForm {
  const texts = [...form].filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !entry[0].startsWith('-') && !entry[0].startsWith('$'),
  );
  return Object.fromEntries(texts);
}

function typed(sent: SentForm): Record<string, string> {
  return sent as Record<string, string>;
}
