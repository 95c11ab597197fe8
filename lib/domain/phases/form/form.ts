import { z } from 'zod';
import { LIMIT_NAMES, LIMIT_SETTINGS } from '#lib/domain/phases/limits.ts';
import type { ChallengeDefinition, PhaseDefinition } from '#lib/domain/phases/phase.ts';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { metricsOf } from '#lib/domain/tasks/task-metrics.ts';
import { ANYWHERE_ON_EARTH, zoneLabel, zoneNames } from '#lib/domain/zones.ts';
import { CHALLENGE_ENTRIES, type Entry, KINDS, PHASE_ENTRIES, textOf, zoneOf } from './entries.ts';

/**
 * The organizers' form of a challenge and of a phase, made from the tables of fields and settings: a field per entry,
 * whose name is its path in the definition.
 */

export interface Choice {
  value: string;
  label: string;
  /** Choices of a group stand together under its name. */
  group?: string;
}

interface Base {
  /** Its path in the definition: `closesAt`, `limits.cpus`. */
  name: string;
  label: string;
  hint: string;
  value: string;
  /** It can't change any more. */
  locked: boolean;
}
export type FormField = Base &
  (
    | { kind: 'text' | 'paragraphs' | 'markdown' | 'json' }
    /** In this zone, until another one is chosen in the form. */
    | { kind: 'date'; zone: string }
    | { kind: 'number'; unit: string; min: number; max: number; whole: boolean }
    | { kind: 'choice'; choices: Choice[] }
  );

/** A metric of the phase, and what its task could be scored by. */
export interface MetricsField {
  kind: 'metrics';
  name: 'metrics';
  label: string;
  hint: string;
  locked: boolean;
  rows: { metric: string; weight: string }[];
  known: { value: string; label: string }[];
}

/** Empty rows, for metrics that are added. */
const FREE_ROWS = 2;

export function challengeForm(definition: ChallengeDefinition, hasSubmissions: boolean): FormField[] {
  return CHALLENGE_ENTRIES.map((entry) => fieldOf(entry, definition, hasSubmissions));
}

export function phaseForm(phase: PhaseDefinition, hasSubmissions: boolean): (FormField | MetricsField)[] {
  return PHASE_ENTRIES.flatMap((entry): (FormField | MetricsField)[] => {
    const [name, { label, description }] = entry;
    if (name === 'limits') return limitFields(phase, hasSubmissions);
    if (name !== 'metrics') return [fieldOf(entry, phase, hasSubmissions)];
    const rows = phase.metrics.map(({ metric, weight }) => ({ metric, weight: String(weight) }));
    const free = Array.from({ length: FREE_ROWS }, () => ({ metric: '', weight: '' }));
    const known = metricsOf(phase.task).map((one) => ({ value: one.key, label: one.label }));
    return [
      {
        ...{ kind: 'metrics', name, label, hint: description, locked: hasSubmissions },
        ...{ rows: [...rows, ...free], known },
      },
    ];
  });
}

function limitFields({ limits }: PhaseDefinition, locked: boolean): FormField[] {
  return LIMIT_NAMES.map((name) => {
    const { schema, label, description, unit = '' } = LIMIT_SETTINGS[name] as typeof LIMIT_SETTINGS.memoryMib;
    const value = String(limits[name]);
    return { name: `limits.${name}`, label, hint: description, value, locked, ...numberOf(schema, unit) };
  });
}

function numberOf(schema: z.ZodNumber, unit: string) {
  const [min, max] = [schema.minValue ?? 0, schema.maxValue ?? Number.MAX_SAFE_INTEGER];
  return { kind: 'number', unit, min, max, whole: schema.isInt } as const;
}

function fieldOf([name, setting]: Entry, definition: object, hasSubmissions: boolean): FormField {
  const { label, description: hint, schema, unit = '', choices, changeable } = setting;
  const locked = hasSubmissions && changeable !== 'always';
  const base = { name, label, hint: HINTS[name] ?? hint, locked, value: textOf(name, definition) };
  if (name === 'zone') return { ...base, kind: 'choice', choices: zoneChoices(base.value) };
  if (KINDS[name] === 'date') return { ...base, kind: 'date', zone: zoneOf(definition) };
  if (choices) {
    const options = Object.entries(choices).map(([option, text]) => ({ value: option, label: text }));
    // The choices say it, and the description speaks of their names in the API.
    return { ...base, hint: '', kind: 'choice', choices: options };
  }
  if (schema instanceof z.ZodBoolean) return { ...base, kind: 'choice', choices: YES_NO };
  const number = schema instanceof z.ZodNullable ? schema.unwrap() : schema;
  if (number instanceof z.ZodNumber) return { ...base, ...numberOf(number, unit) };
  return { ...base, kind: KINDS[name] ?? 'text' };
}

/** Places by continent, after the zones that belong to none. One that is set and that the runtime doesn't list stays. */
function zoneChoices(chosen: string): Choice[] {
  const names = zoneNames();
  return [...names, ...(names.includes(chosen) ? [] : [chosen])].map((value) => {
    if (value === ANYWHERE_ON_EARTH) return { value, label: 'Anywhere on earth (UTC−12)' };
    const [continent, ...place] = zoneLabel(value).split('/');
    return place.length === 0
      ? { value, label: value }
      : { value, label: zoneLabel(value), group: continent! };
  });
}

/** Where the form takes a value otherwise than the API. */
const HINTS: Readonly<Record<string, string>> = {
  gpu: `Empty for none, else ${PHASE_SETTINGS.gpu.option!.expects!}.`,
  gate: 'Empty for none, else the slug of another phase in which a team needs a score first. With a number, as in “rehearsal 0.3”, the least good value of that phase’s primary metric.',
  links:
    'One per line: the address, a space and what it is, as in “https://workshop.example Workshop”. Only https.',
  dates:
    'One per line: the day, a space and what it is, as in “2026-10-04 Workshop”. The dates of phases are shown anyway.',
  groups:
    'One per line. Empty for every registered team. You put teams into groups in the list of registrations.',
  groupLimits:
    'One per line: submissions per day, submissions in total, and the group, as in “5 50 students”. They take the place of those of the phase.',
  metricSets:
    'One per line: a name, a colon and metrics of the phase, as in “Lesions: lesion_f1, lesion_count_difference”. The leaderboard can then show their columns by themselves; the ranking stays by all ranked metrics.',
  terms:
    'What teams accept when they register, in Markdown. Empty for none. A changed text is a new version, which every team accepts before its next submission.',
  submissionsRolling:
    'Submissions of a team within any span of so many hours; each comes back when it is that old. Empty for any number.',
  submissionsAtOnce: 'Submissions of a team that may wait or run at the same time. Empty for any number.',
};
const YES_NO = [
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
];
