import { z } from 'zod';
import { DEFAULT_LIMITS, LIMIT_NAMES, LIMIT_SETTINGS } from './limits.ts';
import { type Setting, shapeOf } from './setting.ts';
import { CONTAINER_SETTINGS, type ContainerRules, PHASE_SETTINGS, type PhaseRules } from './settings.ts';

/** Schemas, conflicts and descriptions that are derived from the table of settings. */

type AnySetting = Setting<z.ZodType, PhaseRules>;
type Named<Name> = [name: Name, setting: AnySetting];

export const ALL_SETTINGS = Object.entries(PHASE_SETTINGS) as Named<keyof PhaseRules>[];
const CONTAINER_ENTRIES = Object.entries(CONTAINER_SETTINGS) as Named<keyof ContainerRules>[];

/** The complete settings of a phase, as in its database row and in the API. */
export const phaseRulesSchema = z.object(shapeOf(PHASE_SETTINGS));

const hidden = ALL_SETTINGS.filter(([, { visibleTo }]) => visibleTo !== 'everyone').map(([name]) => [
  name,
  true,
]);

/** The settings that pages and the API show to everyone. */
export const publicRulesSchema = phaseRulesSchema.omit(Object.fromEntries(hidden) as Record<never, true>);

/** The public ones of a phase's parsed settings. */
export function publicRulesOf(rules: PhaseRules): PhaseRules {
  const names = Object.keys(publicRulesSchema.shape) as (keyof PhaseRules)[];
  return Object.fromEntries(names.map((name) => [name, rules[name]])) as PhaseRules;
}

/** The settings that the runner passes to the sandbox. */
export const containerRulesSchema = z.object(shapeOf(CONTAINER_SETTINGS));

/** The container settings if no phase sets others. */
export const DEFAULT_CONTAINER_RULES: ContainerRules = containerRulesSchema.parse({
  ...Object.fromEntries(CONTAINER_ENTRIES.map(([name, setting]) => [name, setting.default])),
  limits: DEFAULT_LIMITS,
});

interface Conflict<Name> {
  name: Name;
  message: string;
}

/** The first setting that conflicts with another one, and why; null if there is no conflict. */
export function findConflict(rules: PhaseRules): Conflict<keyof PhaseRules> | null {
  return firstConflict(ALL_SETTINGS, rules);
}

/** The same for container settings. */
export function findContainerConflict(rules: ContainerRules): Conflict<keyof ContainerRules> | null {
  return firstConflict(CONTAINER_ENTRIES, rules);
}

function firstConflict<Name extends keyof PhaseRules>(
  settings: readonly Named<Name>[],
  rules: Pick<PhaseRules, Name>,
): Conflict<Name> | null {
  for (const [name, { conflict }] of settings) {
    const message = conflict?.(rules[name], rules as PhaseRules) ?? null;
    if (message !== null) return { name, message };
  }
  return null;
}

interface Described {
  row?: string;
  phrase?(value: unknown, rules: PhaseRules): string;
  detail?(value: unknown, rules: PhaseRules): string;
}

/** Each setting with its value. Each limit is listed separately. */
function describedValues(
  settings: readonly Named<keyof PhaseRules>[],
  rules: PhaseRules,
): [Described, unknown][] {
  const { limits } = rules;
  return settings.flatMap(([name, setting]): [Described, unknown][] => {
    if (name !== 'limits') return [[setting, rules[name]]];
    return LIMIT_NAMES.map((limit) => [LIMIT_SETTINGS[limit] as Described, limits[limit]]);
  });
}

/** A row of the rules table, for example "Limits", "1 CPU, 2 GiB of memory, 300 s per case". */
export interface RuleRow {
  row: string;
  text: string;
  /** Complete sentences, or '' if `text` needs no explanation. */
  detail: string;
}

export function describeRules(rules: PhaseRules): RuleRow[] {
  return rowsOf(ALL_SETTINGS, rules);
}

/** Only the rows about containers. */
export function describeContainerRules(rules: ContainerRules): RuleRow[] {
  // Container settings don't depend on other settings.
  return rowsOf(CONTAINER_ENTRIES, rules as PhaseRules);
}

function rowsOf(settings: readonly Named<keyof PhaseRules>[], rules: PhaseRules): RuleRow[] {
  const parts = describedValues(settings, rules).flatMap(([{ row, phrase, detail }, value]) => {
    const text = phrase?.(value, rules) ?? '';
    return row === undefined || text === '' ? [] : [{ row, text, detail: detail?.(value, rules) ?? '' }];
  });
  return [...Map.groupBy(parts, ({ row }) => row)].map(([row, found]) => ({
    row,
    text: join(found.map(({ text }) => text)),
    detail: found.map(({ detail }) => detail).join(''),
  }));
}

/** The text of one row of the rules table. */
export function describeRule(rules: PhaseRules, row: string): string {
  const found = describeRules(rules).find((one) => one.row === row);
  if (!found) throw new Error(`No setting of this phase belongs to the row "${row}".`);
  return found.text;
}

/** Separates the parts with semicolons if one of them contains commas. */
function join(texts: readonly string[]): string {
  return texts.join(texts.some((text) => text.includes(',')) ? '; ' : ', ');
}
