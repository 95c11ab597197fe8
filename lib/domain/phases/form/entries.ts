import type { z } from 'zod';
import { CHALLENGE_FIELDS } from '#lib/domain/challenges/fields.ts';
import { LINE_LISTS } from '#lib/domain/challenges/line-lists.ts';
import { PHASE_FIELDS } from '#lib/domain/phases/fields.ts';
import type { PhaseDefinition } from '#lib/domain/phases/phase.ts';
import type { Setting } from '#lib/domain/phases/setting.ts';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { UTC, wallTime } from '#lib/domain/zones.ts';

/** The entries of the forms, and each value as the text of its field. */

type AnySetting = Setting<z.ZodType, never>;
export type Entry = readonly [
  name: string,
  setting: Pick<AnySetting, 'schema' | 'label' | 'description'> & Partial<AnySetting>,
];

const entriesOf = (table: object) => Object.entries(table) as unknown as Entry[];
export const CHALLENGE_ENTRIES = entriesOf(CHALLENGE_FIELDS);
export const PHASE_ENTRIES = [...entriesOf(PHASE_FIELDS), ...entriesOf(PHASE_SETTINGS)];

export const KINDS: Readonly<Record<string, 'paragraphs' | 'markdown' | 'date' | 'json'>> = {
  opensAt: 'date',
  closesAt: 'date',
  lateUntil: 'date',
  summary: 'markdown',
  terms: 'markdown',
  groups: 'paragraphs',
  groupLimits: 'paragraphs',
  metricSets: 'paragraphs',
  links: 'paragraphs',
  dates: 'paragraphs',
  citation: 'paragraphs',
  allowedAddresses: 'paragraphs',
  deniedAddresses: 'paragraphs',
  registrationQuestions: 'json',
  registrationReplies: 'json',
  task: 'json',
};

/** Dates are texts in the zone of the definition, to the second only where that isn't 0. */
export function textOf(name: string, definition: object): string {
  const value = (definition as Record<string, unknown>)[name];
  if (name === 'gate') return value === null ? '' : gateInput(value as NonNullable<PhaseDefinition['gate']>);
  if (name === 'gpu') return value === null ? '' : gpuText(value as NonNullable<PhaseDefinition['gpu']>);
  if (value === null) return '';
  const lines = LINE_LISTS[name];
  if (lines) return (value as never[]).map((entry) => lines.write(entry)).join('\n');
  if (KINDS[name] === 'date')
    return wallTime(new Date(String(value)), zoneOf(definition)).replace(/:00$/, '');
  return KINDS[name] === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

export function zoneOf(definition: object): string {
  return 'zone' in definition ? String(definition.zone) : UTC;
}

/** As `heldout try --gpus` takes it: "1", "2:A100". */
function gpuText({ count, model }: NonNullable<PhaseDefinition['gpu']>): string {
  return model === undefined ? String(count) : `${count}:${model}`;
}

/** "rehearsal", "rehearsal 0.3" */
function gateInput({ phase, threshold }: NonNullable<PhaseDefinition['gate']>): string {
  return threshold === null ? phase : `${phase} ${threshold}`;
}
