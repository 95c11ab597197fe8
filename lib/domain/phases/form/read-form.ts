import { z } from 'zod';
import { LINE_LISTS, linesIn } from '#lib/domain/challenges/line-lists.ts';
import { dateText } from '#lib/domain/phases/fields.ts';
import { LIMIT_NAMES } from '#lib/domain/phases/limits.ts';
import type { ChallengeDefinition, PhaseDefinition } from '#lib/domain/phases/phase.ts';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { readZoned } from '#lib/domain/zones.ts';
import { CHALLENGE_ENTRIES, type Entry, KINDS, PHASE_ENTRIES, textOf, zoneOf } from './entries.ts';

/** What a form sends becomes a definition again; nothing is judged here. */

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

/** What was left as it was shown stays exactly. In another zone, a date that reads the same is another one. */
function readFields(entries: readonly Entry[], shown: object, sent: SentForm): object {
  const zone = sent['zone'] ?? zoneOf(shown);
  const read = entries.flatMap(([name, { schema }]) => {
    const text = sent[name];
    const isMoved = KINDS[name] === 'date' && zone !== zoneOf(shown);
    const isSame = text === textOf(name, shown) && !isMoved;
    return text === undefined || isSame ? [] : [[name, valueIn(name, schema, { text, zone })]];
  });
  return Object.fromEntries(read);
}

function valueIn(name: string, schema: z.ZodType, { text, zone }: { text: string; zone: string }): unknown {
  if (name === 'gpu')
    return text.trim() === '' ? null : (PHASE_SETTINGS.gpu.option!.parse!(text.trim()) ?? text);
  if (name === 'gate') return readGate(text.trim());
  if (KINDS[name] === 'date') return dateIn(text.trim(), zone, schema);
  if (schema instanceof z.ZodNullable) {
    if (text.trim() === '') return null;
    return schema.unwrap() instanceof z.ZodString ? textIn(text) : numberIn(text);
  }
  const lines = LINE_LISTS[name];
  if (lines) return linesIn(text).map((line) => lines.read(line));
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

/** A local time that doesn't exist, or twice, goes with its zone to the schema, which says so. */
function dateIn(text: string, zone: string, schema: z.ZodType): unknown {
  if (text === '' && schema instanceof z.ZodNullable) return null;
  const zoned = `${text}[${zone}]`;
  const read = readZoned(zoned);
  if (read === null) return text;
  return 'at' in read ? dateText(read.at) : zoned;
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
