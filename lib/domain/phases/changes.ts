import type { z } from 'zod';
import { CHALLENGE_FIELDS } from '#lib/domain/challenges/fields.ts';
import type { PhaseFacts } from './facts.ts';
import { PHASE_FIELDS } from './fields.ts';
import { LIMIT_NAMES, LIMIT_SETTINGS, type Limits } from './limits.ts';
import type { ChallengeDefinition, PhaseDefinition } from './phase.ts';
import type { Setting } from './setting.ts';
import { PHASE_SETTINGS } from './settings.ts';

/** What a new definition of a challenge changes, and whether it may. */

export interface DefinitionChange {
  /** Its place in the new definition: `title`, `phases[0].limits.cpus`, `phases[1]`. */
  path: string;
  /** The phase that it belongs to; null for the challenge itself. */
  phase: string | null;
  label: string;
  /** The old value in words; null for a new phase. */
  before: string | null;
  /** The new value in words; null for a phase that is removed. */
  after: string | null;
  /** What it brings about that isn't plain from the new value. */
  consequence: string | null;
  /** Why it isn't allowed; null if it is. */
  refusal: string | null;
}

type AnyField = Pick<
  Setting<z.ZodType, never>,
  'schema' | 'label' | 'unit' | 'choices' | 'words' | 'changeable' | 'consequence'
>;
type Fields = readonly (readonly [name: string, field: AnyField])[];

const fieldsOf = (table: object) => Object.entries(table) as [string, AnyField][];
const OF_CHALLENGE: Fields = fieldsOf(CHALLENGE_FIELDS);
const OF_PHASE: Fields = [...fieldsOf(PHASE_FIELDS), ...fieldsOf(PHASE_SETTINGS)];

/** The facts of each phase by its slug. */
export type FactsOf = (slug: string) => PhaseFacts;

/** The changes, those of the challenge first, then in the order of the new definition's phases. */
export function findChanges(
  before: ChallengeDefinition,
  after: ChallengeDefinition,
  factsOf: FactsOf,
): DefinitionChange[] {
  const all = before.phases.map(({ slug }) => factsOf(slug));
  const sum = (count: (facts: PhaseFacts) => number) => all.reduce((total, facts) => total + count(facts), 0);
  const whole: PhaseFacts = {
    now: all[0]?.now ?? new Date(0),
    submissions: sum(({ submissions }) => submissions),
    usedTotals: [],
    unfinished: sum(({ unfinished }) => unfinished),
    hasTestSet: all.some(({ hasTestSet }) => hasTestSet),
  };
  const own = compare(OF_CHALLENGE, before, after, { phase: null, path: '', facts: whole });
  const renamed = before.slug === after.slug ? [] : [slugChange(before.slug, after.slug)];
  return [...renamed, ...own, ...phaseChanges(before, after, factsOf), ...removals(before, after, factsOf)];
}

function slugChange(before: string, after: string): DefinitionChange {
  const refusal = 'Addresses and citations contain the slug, so it can’t change.';
  return { path: 'slug', phase: null, label: 'Slug', before, after, consequence: null, refusal };
}

function phaseChanges(
  before: ChallengeDefinition,
  after: ChallengeDefinition,
  factsOf: FactsOf,
): DefinitionChange[] {
  return after.phases.flatMap((phase, index) => {
    const path = `phases[${index}]`;
    const known = before.phases.find(({ slug }) => slug === phase.slug);
    if (known === undefined) return [addition(path, phase)];
    const context = { phase: phase.slug, path: `${path}.`, facts: factsOf(phase.slug) };
    const moved = before.phases.indexOf(known) === index ? [] : [movement(before, after, phase.slug)];
    return [...moved, ...compare(OF_PHASE, known, phase, context)];
  });
}

function addition(path: string, { slug, title }: PhaseDefinition): DefinitionChange {
  const consequence = 'It needs a test set before it accepts submissions.';
  return { path, phase: slug, label: 'New phase', before: null, after: title, consequence, refusal: null };
}

function movement(before: ChallengeDefinition, after: ChallengeDefinition, slug: string): DefinitionChange {
  const place = ({ phases }: ChallengeDefinition) => phases.findIndex((phase) => phase.slug === slug);
  const words = (index: number) => `${index + 1}`;
  return {
    path: `phases[${place(after)}]`,
    phase: slug,
    label: 'Place among the phases',
    before: words(place(before)),
    after: words(place(after)),
    consequence: null,
    refusal: null,
  };
}

function removals(
  before: ChallengeDefinition,
  after: ChallengeDefinition,
  factsOf: FactsOf,
): DefinitionChange[] {
  const gone = before.phases.filter(({ slug }) => !after.phases.some((phase) => phase.slug === slug));
  return gone.map(({ slug, title }) => {
    const { submissions, hasTestSet } = factsOf(slug);
    return {
      path: 'phases',
      phase: slug,
      label: 'Removed phase',
      before: title,
      after: null,
      consequence: hasTestSet ? 'Its test set is kept, but belongs to no phase then.' : null,
      refusal:
        submissions === 0
          ? null
          : `The phase ${slug} has submissions, so it can’t be removed. Close it instead.`,
    };
  });
}

interface Context {
  phase: string | null;
  /** In front of the field's name. */
  path: string;
  facts: PhaseFacts;
}

const LOCKED =
  'can’t change after the first submission: teams would be judged by other rules than those they submitted under.';

function compare(fields: Fields, before: object, after: object, context: Context): DefinitionChange[] {
  const { phase, path, facts } = context;
  return fields.flatMap(([name, field]): DefinitionChange[] => {
    const [old, next] = [fieldOf(before, name), fieldOf(after, name)];
    if (same(old, next)) return [];
    const refusal =
      field.changeable === 'always' || facts.submissions === 0 ? null : `${field.label} ${LOCKED}`;
    if (name === 'limits') return limitChanges(old as Limits, next as Limits, { ...context, refusal });
    const consequence = field.consequence?.({ before: old as never, after: next as never }, facts) ?? null;
    const texts = { before: wordsOf(field, old, before), after: wordsOf(field, next, after) };
    return [{ path: `${path}${name}`, phase, label: field.label, ...texts, consequence, refusal }];
  });
}

function limitChanges(
  before: Limits,
  after: Limits,
  { phase, path, refusal }: Context & { refusal: string | null },
): DefinitionChange[] {
  return LIMIT_NAMES.filter((name) => before[name] !== after[name]).map((name) => ({
    path: `${path}limits.${name}`,
    phase,
    label: LIMIT_SETTINGS[name].label,
    before: LIMIT_SETTINGS[name].phrase(before[name]),
    after: LIMIT_SETTINGS[name].phrase(after[name]),
    consequence: null,
    refusal,
  }));
}

function fieldOf(definition: object, name: string): unknown {
  return (definition as Record<string, unknown>)[name];
}

/** The values were parsed by the same schema, which writes the fields of an object in its own order. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function wordsOf({ choices, words, unit }: AnyField, value: unknown, of: object): string {
  const choice = choices?.[String(value)];
  if (choice !== undefined) return choice;
  if (words) return words(value as never, of as never);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return unit === undefined ? String(value) : `${value} ${unit}`;
}
