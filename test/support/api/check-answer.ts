import type { z } from 'zod';
import { PROBLEM_STATUS, PROBLEM_TYPE, problemSchema } from '#lib/api/problem.ts';
import type { ApiRoute } from '#lib/api/routes.ts';
import { formatPath, formatProblem, parseOrDescribe } from '#lib/domain/describe-issues.ts';

/** What in a body is not as its schema says, fields that the schema doesn't name included. */
export function schemaProblems(schema: z.ZodType, body: unknown): string[] {
  const parsed = parseOrDescribe(schema, body);
  if (!parsed.success) return Object.entries(parsed.problems).map(formatProblem);
  return droppedFields(body, parsed.data, []);
}

/** Schemas of responses leave out what they don't name, so that a client takes the answers of a newer site. */
function droppedFields(body: unknown, parsed: unknown, path: PropertyKey[]): string[] {
  if (typeof body !== 'object' || body === null || typeof parsed !== 'object' || parsed === null) return [];
  return Object.entries(body).flatMap(([key, value]) => {
    const place = [...path, Array.isArray(body) ? Number(key) : key];
    if (!(key in parsed)) return [`${formatPath(place)}: is not named by the schema.`];
    return droppedFields(value, (parsed as Record<string, unknown>)[key], place);
  });
}

/** What in an answer of a route, its body read as text, is not as the route's entry in the table says. */
export function answerProblems({ response }: ApiRoute, answer: Response, text: string): string[] {
  if (!answer.ok) return problemProblems(answer, text);
  return [
    ...difference('status', answer.status, response.status),
    ...difference('content type', mediaType(answer), response.type),
    ...(response.type === 'application/json' ? schemaProblems(response.schema, parseJson(text)) : []),
  ];
}

/** The same for an answer that is an error. */
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
