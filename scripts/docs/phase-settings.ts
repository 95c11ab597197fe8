import { LIMIT_SETTINGS } from '#lib/domain/phases/limits.ts';
import { ALL_SETTINGS } from '#lib/domain/phases/rules.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { code, table } from './markdown.ts';

interface Documented {
  default?: unknown;
  unit?: string | undefined;
}

/** "`300` s", "required" */
function defaultOf({ default: value, unit = '' }: Documented): string {
  if (value === STROKE_T1) return code('stroke-t1');
  return value === undefined ? 'required' : `${code(JSON.stringify(value))} ${unit}`.trim();
}

/** docs/organizers/phase-settings.md */
export function phaseSettingsPage(): string {
  const settings = ALL_SETTINGS.map(([name, setting]) => [
    code(name),
    defaultOf(setting),
    setting.description,
    setting.changeable === 'always' ? 'yes' : 'no',
  ]);
  const limits = Object.entries(LIMIT_SETTINGS).map(([name, limit]) => [
    code(name),
    `${limit.schema.minValue} to ${limit.schema.maxValue}`,
    defaultOf(limit),
    limit.description,
  ]);
  return `# Phase settings

Every setting of a phase, as you write it in the definition of a challenge. This page is generated from
\`lib/domain/phases/settings.ts\` by \`npm run docs\`. Name (\`slug\`, \`title\`) and dates (\`opensAt\`, \`closesAt\`) are
required as well. Dates are in UTC (\`2026-03-01T11:59:00Z\`), or local with their zone
(\`2026-02-28T23:59[Etc/GMT+12]\`); \`zone\` is the time zone in which pages show them, \`UTC\` without it. \`Etc/GMT+12\` is
anywhere on earth (UTC−12).

${table(['setting', 'default', 'what it means', 'may change after the first submission'], settings)}

A definition whose settings exclude each other is refused, and the answer names the setting.

## Limits

\`limits\` names all of these. The defaults are those of \`heldout try\` without a phase.

${table(['limit', 'range', 'default of `heldout try`', 'what it means'], limits)}
`;
}
