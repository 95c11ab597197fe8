import type { z } from 'zod';
import { PROBLEM_STATUS, PROBLEM_TYPE, problemSchema } from '#lib/api/problem.ts';
import type { ApiRoute } from '#lib/api/routes.ts';
import { formatPath, formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';

/** Differences between a body and its schema, including fields that the schema doesn't name. */
export function schemaProblems(schema: z.ZodType, body: unknown): string[] {
  const parsed = parseOrDescribe(schema, body);
  if (!parsed.success) return formatProblems(parsed.problems);
  return droppedFields(body, parsed.data, []);
}

/**
 * Parsing drops unnamed fields, so that clients accept responses of a newer site; here they count as a
 * difference.
 */
function droppedFields(body: unknown, parsed: unknown, path: PropertyKey[]): string[] {
  if (typeof body !== 'object' || body === null || typeof parsed !== 'object' || parsed === null) return [];
  return Object.entries(body).flatMap(([key, value]) => {
    const place = [...path, Array.isArray(body) ? Number(key) : key];
    if (!(key in parsed)) return [`${formatPath(place)}: is not named by the schema.`];
    return droppedFields(value, (parsed as Record<string, unknown>)[key], place);
  });
}

/** Differences between a response, with its body as text, and the route's entry in the table. */
export function answerProblems({ response }: ApiRoute, answer: Response, text: string): string[] {
  if (!answer.ok) return problemProblems(answer, text);
  return [
    ...difference('status', answer.status, response.status),
    ...difference('content type', mediaType(answer), response.type),
    ...(response.type === 'application/json' ? schemaProblems(response.schema, parseJson(text)) : []),
  ];
}

/** The same for an error response. */
export function problemProblems(answer: Response, text: string): string[] {
  const problem = problemSchema.safeParse(parseJson(text)).data;
  return [
    ...difference('content type', mediaType(answer), PROBLEM_TYPE),
    ...schemaProblems(problemSchema, parseJson(text)),
    ...(problem ? difference('status of the problem', problem.status, answer.status) : []),
    ...(problem ? difference('status of the code', PROBLEM_STATUS[problem.code], answer.status) : []),
  ];
}

function mediaType(answer: Response): string | undefined {
  return answer.headers.get('content-type')?.split(';')[0];
}

function difference(what: string, found: unknown, expected: unknown): string[] {
  return found === expected ? [] : [`${what}: ${found} instead of ${expected}`];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
