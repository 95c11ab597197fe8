import { z } from 'zod';
import type { PhaseFacts } from './facts.ts';

/**
 * A setting of a phase, defined once. The API schema, the parsing of database rows, the rules table and other
 * texts on the pages, the organizers' form with its consequences, the options of `heldout try`, the reference table in the docs and the runner's input
 * for the sandbox are all derived from it.
 */
export interface Setting<Schema extends z.ZodType, Rules> {
  schema: Schema;
  /** Its name in forms and lists of changes. */
  label: string;
  /** Applies if a challenge definition omits the setting. A setting without a default is required. */
  default?: z.output<Schema>;
  unit?: string;
  /** The text of each value, if it has only a few. */
  choices?: Readonly<Record<string, string>>;
  /** The text of a value that isn't a choice, a number or yes or no; `of` is what has it. */
  words?(value: z.output<Schema>, of: Rules): string;
  /** What the setting means, for the reference table in the docs. */
  description: string;
  visibleTo: 'everyone' | 'organizers';
  /**
   * Whether the setting may change after the phase's first submission. A setting that affects scores may not.
   */
  changeable: 'always' | 'before the first submission';
  /** Row of the rules table. `phrase` is its text in that row; '' is omitted. */
  row?: string;
  phrase?(value: z.output<Schema>, rules: Rules): string;
  /** Sentences after the phrase, where there is room. */
  detail?(value: z.output<Schema>, rules: Rules): string;
  /** Why the value conflicts with another setting; null if it doesn't. */
  conflict?(value: z.output<Schema>, rules: Rules): string | null;
  option?: CommandOption<z.output<Schema>>;
  /** What a change brings about that isn't plain from the new value, as sentences; null if there is nothing to say. */
  consequence?(
    change: { before: z.output<Schema>; after: z.output<Schema> },
    facts: PhaseFacts,
  ): string | null;
}

/** The command line option of `heldout try`. Without `parse` it is a flag: `--maps`, `--no-maps`. */
export interface CommandOption<Value> {
  flag: string;
  help: string;
  /** Placeholder for the value in the help: `N`. */
  placeholder?: string;
  /** Completes "--cpus takes …". */
  expects?: string;
  /** null if the text is invalid. */
  parse?(text: string): Value | null;
}

/** The option of a numeric setting, with the bounds of its schema. */
export function numberOption(
  schema: z.ZodNumber,
  { flag, placeholder, help }: { flag: string; placeholder: string; help: string },
): CommandOption<number> {
  const noun = schema.isInt ? 'a whole number' : 'a number';
  return {
    flag,
    placeholder,
    help,
    expects: `${noun} from ${schema.minValue} to ${schema.maxValue}`,
    parse: (text) => schema.safeParse(text.trim() === '' ? Number.NaN : Number(text)).data ?? null,
  };
}

/** The values of a settings table. */
export type RulesOf<Table extends Record<string, { schema: z.ZodType }>> = {
  [Name in keyof Table]: z.output<Table[Name]['schema']>;
};

type Settings = Readonly<Record<string, { schema: z.ZodType; default?: unknown }>>;

/** The schemas of a settings table, for z.strictObject. */
export function shapeOf<Table extends Settings>(table: Table) {
  const entries = Object.entries(table).map(([name, { schema }]) => [name, schema]);
  return Object.fromEntries(entries) as { [Name in keyof Table]: Table[Name]['schema'] };
}

/** The same for input, where settings with a default are optional. */
export function inputShapeOf<Table extends Settings>(table: Table) {
  const entries = Object.entries(table).map(([name, setting]) => [
    name,
    setting.default === undefined ? setting.schema : z._default(setting.schema, setting.default),
  ]);
  return Object.fromEntries(entries) as {
    [Name in keyof Table]: z.ZodType<z.output<Table[Name]['schema']>>;
  };
}
