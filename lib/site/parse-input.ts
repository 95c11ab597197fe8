import type { z } from 'zod';
import { DomainError } from '#lib/domain/errors.ts';

/** Parses what came from outside; a refusal names each field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) fields[issue.path.join('.')] ??= issue.message;
  const [name, message] = Object.entries(fields)[0] ?? ['', 'Not what is expected here.'];
  throw new DomainError('INVALID', name ? `${name}: ${message}` : message, fields);
}
