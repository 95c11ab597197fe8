import { z } from 'zod';

/** Where a value stands, so that an error can name it. */
export interface Column {
  table: string;
  id: string;
  column: string;
}

/**
 * The value of a column whose type in the database says less than the code needs, JSON above all. Throws a plain
 * Error where it doesn't parse: we wrote it ourselves, so this is a bug and no user can cause it.
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
