import { z } from 'zod';
import { CHALLENGE_FIELDS } from '#lib/domain/challenges/fields.ts';
import { LINE_LISTS, linesIn } from '#lib/domain/challenges/line-lists.ts';
import { metricsOf } from '#lib/domain/tasks/task-metrics.ts';
import { dateText, PHASE_FIELDS } from './fields.ts';
import { LIMIT_NAMES, LIMIT_SETTINGS } from './limits.ts';
import type { ChallengeDefinition, PhaseDefinition } from './phase.ts';
import type { Setting } from './setting.ts';
import { PHASE_SETTINGS } from './settings.ts';

/**
 * The organizers' form of a challenge and of a phase, made from the tables of fields and settings: a field per entry,
 * whose name is its path in the definition. What a form sends becomes a definition again; nothing is judged here.
 */

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
    | { kind: 'text' | 'paragraphs' | 'markdown' | 'date' | 'json' }
    | { kind: 'number'; unit: string; min: number; max: number; whole: boolean }
    | { kind: 'choice'; choices: { value: string; label: string }[] }
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

type AnySetting = Setting<z.ZodType, never>;
type Entry = readonly [
  name: string,
  setting: Pick<AnySetting, 'schema' | 'label' | 'description'> & Partial<AnySetting>,
];

const entriesOf = (table: object) => Object.entries(table) as unknown as Entry[];
const CHALLENGE_ENTRIES = entriesOf(CHALLENGE_FIELDS);
const PHASE_ENTRIES = [...entriesOf(PHASE_FIELDS), ...entriesOf(PHASE_SETTINGS)];

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
  const value = (definition as Record<string, unknown>)[name];
  const locked = hasSubmissions && changeable !== 'always';
  const base = { name, label, hint: HINTS[name] ?? hint, locked, value: textOf(name, value) };
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

/** Where the form takes a value otherwise than the API. */
const HINTS: Readonly<Record<string, string>> = {
  gpu: `Empty for none, else ${PHASE_SETTINGS.gpu.option!.expects!}.`,
  gate: 'Empty for none, else the slug of another phase in which a team needs a score first. With a number, as in “rehearsal 0.3”, the least good value of that phase’s primary metric.',
  links:
    'One per line: the address, a space and what it is, as in “https://workshop.example Workshop”. Only https.',
  dates:
    'One per line: the day, a space and what it is, as in “2026-10-04 Workshop”. The dates of phases are shown anyway.',
  submissionsRolling:
    'Submissions of a team within any span of so many hours; each comes back when it is that old. Empty for any number.',
  submissionsAtOnce: 'Submissions of a team that may wait or run at the same time. Empty for any number.',
};
const YES_NO = [
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
];
const KINDS: Readonly<Record<string, 'paragraphs' | 'markdown' | 'date' | 'json'>> = {
  opensAt: 'date',
  closesAt: 'date',
  summary: 'markdown',
  links: 'paragraphs',
  dates: 'paragraphs',
  citation: 'paragraphs',
  allowedAddresses: 'paragraphs',
  deniedAddresses: 'paragraphs',
  registrationQuestions: 'json',
  registrationReplies: 'json',
  task: 'json',
};

function textOf(name: string, value: unknown): string {
  if (name === 'gate') return value === null ? '' : gateInput(value as NonNullable<PhaseDefinition['gate']>);
  if (name === 'gpu') return value === null ? '' : gpuText(value as NonNullable<PhaseDefinition['gpu']>);
  if (value === null) return '';
  const lines = LINE_LISTS[name];
  if (lines) return (value as never[]).map((entry) => lines.write(entry)).join('\n');
  if (KINDS[name] === 'date') return new Date(String(value)).toISOString().slice(0, 16);
  return KINDS[name] === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

/** As `heldout try --gpus` takes it: "1", "2:A100". */
function gpuText({ count, model }: NonNullable<PhaseDefinition['gpu']>): string {
  return model === undefined ? String(count) : `${count}:${model}`;
}

/** "rehearsal", "rehearsal 0.3" */
function gateInput({ phase, threshold }: NonNullable<PhaseDefinition['gate']>): string {
  return threshold === null ? phase : `${phase} ${threshold}`;
}

function readGate(text: string): unknown {
  if (text === '') return null;
  const [phase, threshold, ...more] = text.split(/\s+/);
  if (more.length > 0) return text;
  return { phase, threshold: threshold === undefined ? null : numberIn(threshold) };
}

/** What a form sent, by the names of its fields. Locked fields aren't sent. */
export type SentForm = Readonly<Record<string, string | undefined>>;

export function readChallengeForm(definition: ChallengeDefinition, sent: SentForm): unknown {
  return { ...definition, ...readFields(CHALLENGE_ENTRIES, definition, sent) };
}

/** The phase as the form has it; what the form lacks stays. A text that can't be read stays text, for the schema. */
export function readPhaseForm(phase: PhaseDefinition, sent: SentForm): unknown {
  const metrics = readMetricRows(sent);
  const limits = LIMIT_NAMES.map((name) => [name, sent[`limits.${name}`]] as const);
  const sentLimits = limits.filter(([, text]) => text !== undefined);
  return {
    ...phase,
    ...readFields(PHASE_ENTRIES, phase, sent),
    ...(metrics.length > 0 ? { metrics: metrics.map(({ metric, weight }) => ({ metric, weight })) } : {}),
    limits: {
      ...phase.limits,
      ...Object.fromEntries(sentLimits.map(([name, text]) => [name, numberIn(text!)])),
    },
  };
}

/** What was left as it was shown stays exactly: a form shows dates to the minute. */
function readFields(entries: readonly Entry[], shown: object, sent: SentForm): object {
  const read = entries.flatMap(([name, { schema }]) => {
    const text = sent[name];
    const isSame = text === textOf(name, (shown as Record<string, unknown>)[name]);
    return text === undefined || isSame ? [] : [[name, valueIn(name, schema, text)]];
  });
  return Object.fromEntries(read);
}

function valueIn(name: string, schema: z.ZodType, text: string): unknown {
  if (name === 'gpu')
    return text.trim() === '' ? null : (PHASE_SETTINGS.gpu.option!.parse!(text.trim()) ?? text);
  if (name === 'gate') return readGate(text.trim());
  if (schema instanceof z.ZodNullable) {
    if (text.trim() === '') return null;
    return schema.unwrap() instanceof z.ZodString ? textIn(text) : numberIn(text);
  }
  const lines = LINE_LISTS[name];
  if (lines) return linesIn(text).map((line) => lines.read(line));
  if (KINDS[name] === 'date') return dateIn(text);
  if (KINDS[name] === 'json') return jsonIn(text);
  if (schema instanceof z.ZodBoolean) return text === 'true';
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodUnion) return numberIn(text);
  return textIn(text);
}

/** Browsers send line ends of two characters. */
function textIn(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}

function numberIn(text: string): unknown {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

function dateIn(text: string): string {
  const date = new Date(`${text}Z`);
  return Number.isNaN(date.getTime()) ? text : dateText(date);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The rows that name a metric, with their place in the form. */
export function readMetricRows(sent: SentForm): { place: number; metric: string; weight: unknown }[] {
  const rows: { place: number; metric: string; weight: unknown }[] = [];
  for (let place = 0; sent[`metrics[${place}].metric`] !== undefined; place += 1) {
    const metric = sent[`metrics[${place}].metric`]!;
    if (metric === '') continue;
    rows.push({ place, metric, weight: numberIn(sent[`metrics[${place}].weight`] ?? '') });
  }
  return rows;
}

/** The fields of a form that a refusal of the definition names: `phases[1].metrics[0].weight` → `metrics[0].weight`. */
export function formErrors(
  fields: Readonly<Record<string, string>>,
  { index, sent }: { index: number | null; sent: SentForm },
): Record<string, string> {
  const prefix = index === null ? '' : `phases[${index}].`;
  const places = readMetricRows(sent).map(({ place }) => place);
  const errors: Record<string, string> = {};
  for (const [path, message] of Object.entries(fields)) {
    const inside = path.replace(/^definition\./, '');
    if (!inside.startsWith(prefix)) continue;
    const name = inside.slice(prefix.length);
    const shown = name.replace(/^metrics\[(\d+)\]/, (_, row) => `metrics[${places[Number(row)] ?? row}]`);
    const [field, place] = fieldAt(shown);
    errors[field] ??= place === '' ? message : `${place} ${message}`;
  }
  return errors;
}

/** What is wrong inside a value of one field, such as the task or a list of links, is said at the field. */
function fieldAt(path: string): [field: string, place: string] {
  const [, name = path, entry, rest = ''] = /^(\w+)(?:\[(\d+)\])?\.?(.*)$/.exec(path) ?? [];
  if (name === 'limits' || name === 'metrics') return [path, ''];
  if (entry === undefined) return [name, rest];
  const place = `${LINE_LISTS[name] ? 'Line' : 'Entry'} ${Number(entry) + 1}`;
  return [name, rest === '' || LINE_LISTS[name] ? `${place}:` : `${place}, ${rest}:`];
}
