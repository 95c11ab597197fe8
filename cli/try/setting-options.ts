import { UsageError } from '#cli/command.ts';
import { DEFAULT_LIMITS, LIMIT_SETTINGS, type Limits } from '#lib/domain/phases/limits.ts';
import { DEFAULT_CONTAINER_RULES } from '#lib/domain/phases/rules.ts';
import type { CommandOption } from '#lib/domain/phases/setting.ts';
import { CONTAINER_SETTINGS, type ContainerRules } from '#lib/domain/phases/settings.ts';

/** The options of `heldout try` that stand for a phase's settings: made from the table of settings. */

interface SettingOption {
  name: string;
  option: CommandOption<unknown>;
  default: unknown;
}

const RULE_OPTIONS = optionsOf(CONTAINER_SETTINGS, DEFAULT_CONTAINER_RULES);
const LIMIT_OPTIONS = optionsOf(LIMIT_SETTINGS, DEFAULT_LIMITS);

function optionsOf(settings: object, defaults: object): SettingOption[] {
  const values = defaults as Record<string, unknown>;
  return Object.entries(settings as Record<string, { option?: CommandOption<unknown> }>).flatMap(
    ([name, { option }]) => (option ? [{ name, option, default: values[name] }] : []),
  );
}

/** For parseArgs. */
export const SETTING_FLAGS = Object.fromEntries(
  [...RULE_OPTIONS, ...LIMIT_OPTIONS].map(({ option }) => [
    option.flag,
    { type: option.parse ? ('string' as const) : ('boolean' as const) },
  ]),
);

type Values = Readonly<Record<string, string | boolean | string[] | undefined>>;

/** The settings that options name. Throws UsageError. */
export function readSettings(values: Values): {
  rules: Partial<Omit<ContainerRules, 'limits'>>;
  limits: Partial<Limits>;
} {
  return { rules: readOptions(RULE_OPTIONS, values), limits: readOptions(LIMIT_OPTIONS, values) };
}

function readOptions(options: readonly SettingOption[], values: Values): Record<string, unknown> {
  const named = options.filter(({ option }) => values[option.flag] !== undefined);
  return Object.fromEntries(named.map(({ name, option }) => [name, readOption(option, values[option.flag])]));
}

function readOption({ flag, expects, parse }: CommandOption<unknown>, value: unknown): unknown {
  if (!parse) return value;
  const parsed = parse(String(value));
  if (parsed === null) throw new UsageError(`--${flag} takes ${expects}, not "${value}".`);
  return parsed;
}

/** A line for each option, as the help shows them. */
export function settingsHelp(): string {
  const lines = [...RULE_OPTIONS, ...LIMIT_OPTIONS].map(({ option, default: fallback }) => {
    const { flag, placeholder, help, parse } = option;
    const name = parse ? `--${flag} ${placeholder}` : `--[no-]${flag}`;
    const isNumber = typeof fallback === 'number';
    return `  ${name.padEnd(24)} ${help}${isNumber ? ` (default ${fallback})` : ''}`;
  });
  return lines.join('\n');
}
