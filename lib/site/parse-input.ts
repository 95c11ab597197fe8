import type { z } from 'zod';
import { formatProblem, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { DomainError } from '#lib/domain/errors.ts';

/**
 * Parses what came from outside. Throws INVALID with the first problem as its message and a sentence for each
 * field; a problem of the input as a whole has no field to stand at.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = parseOrDescribe(schema, input);
  if (parsed.success) return parsed.data;
  const [first] = Object.entries(parsed.problems).map(formatProblem);
  const { '': _whole, ...fields } = parsed.problems;
  throw new DomainError('INVALID', first ?? 'The input is invalid.', fields);
}
