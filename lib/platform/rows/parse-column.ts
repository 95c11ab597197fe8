import { z } from 'zod';

/** Identifies a value in error messages. */
export interface Column {
  table: string;
  id: string;
  column: string;
}

/**
 * Parses a column whose database type is less specific than the code requires, such as JSON. Throws a plain
 * Error if it doesn't parse: only our own code writes these columns, so this is a bug and not invalid input.
 */
export function parseColumn<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { table, id, column }: Column,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${table} ${id} has an invalid ${column}:\n${z.prettifyError(parsed.error)}`);
}
