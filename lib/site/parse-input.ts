import type { z } from 'zod';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { DomainError } from '#lib/domain/errors.ts';

/**
 * Parses external input. Throws INVALID with the first problem as its message, and a message for each invalid
 * field. A problem of the input as a whole belongs to no field.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = parseOrDescribe(schema, input);
  if (parsed.success) return parsed.data;
  const [first] = formatProblems(parsed.problems);
  const { '': _whole, ...fields } = parsed.problems;
  throw new DomainError('INVALID', first ?? 'The input is invalid.', fields);
}
