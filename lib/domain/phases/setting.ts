import { z } from 'zod';

/**
 * One setting of a phase, defined once. The API's schema, the parsing of the row, the rules table and the
 * sentences on the pages, the options of `heldout try`, the reference table in the docs and what the runner
 * hands to the sandbox all derive from it.
 */
export interface Setting<Schema extends z.ZodType, Rules> {
  schema: Schema;
  /** Applies where a challenge's definition doesn't name the setting; without one the setting is required. */
  default?: z.output<Schema>;
  unit?: string;
  /** What the setting means, for the reference table in the docs. */
  description: string;
  visibleTo: 'everyone' | 'organizers';
  /** Whether it may change once the phase has a submission: not where earlier and later scores would differ. */
  changeable: 'always' | 'before the first submission';
  /** The row of the rules table that it belongs to, and what it says there; '' says nothing. */
  row?: string;
  phrase?(value: z.output<Schema>, rules: Rules): string;
  /** Sentences that follow the phrase where there is room. */
  detail?(value: z.output<Schema>, rules: Rules): string;
  /** Why the value can't be combined with another setting; null where it can. */
  conflict?(value: z.output<Schema>, rules: Rules): string | null;
  option?: CommandOption<z.output<Schema>>;
}

/** How `heldout try` takes a setting. Without `parse` it is a flag: `--maps`, `--no-maps`. */
export interface CommandOption<Value> {
  flag: string;
  help: string;
  /** What stands for the value in the help: `N`. */
  placeholder?: string;
  /** Completes "--cpus takes …". */
  expects?: string;
  /** null where the text is no such value. */
  parse?(text: string): Value | null;
}

/** The option of a setting that is a number within the bounds of its schema. */
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

/** The values of a table of settings. */
export type RulesOf<Table extends Record<string, { schema: z.ZodType }>> = {
  [Name in keyof Table]: z.output<Table[Name]['schema']>;
};

type Settings = Readonly<Record<string, { schema: z.ZodType; default?: unknown }>>;

/** The schemas of a table of settings, for z.strictObject. */
export function shapeOf<Table extends Settings>(table: Table) {
  const entries = Object.entries(table).map(([name, { schema }]) => [name, schema]);
  return Object.fromEntries(entries) as { [Name in keyof Table]: Table[Name]['schema'] };
}

/** The same, where a setting that has a default may be left out. */
export function inputShapeOf<Table extends Settings>(table: Table) {
  const entries = Object.entries(table).map(([name, setting]) => [
    name,
    setting.default === undefined ? setting.schema : z._default(setting.schema, setting.default),
  ]);
  return Object.fromEntries(entries) as {
    [Name in keyof Table]: z.ZodType<z.output<Table[Name]['schema']>>;
  };
}
