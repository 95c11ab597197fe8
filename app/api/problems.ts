import { STATUS_CODES } from 'node:http';
import { PROBLEM_STATUS, PROBLEM_TYPE, type Problem, type ProblemCode } from '#lib/api/problem.ts';

/** Errors as HTTP says them; pages say them in app/refuse.ts. */

interface ProblemOptions {
  fields?: Problem['fields'];
  reference?: string;
  headers?: Record<string, string>;
}

export function problem(code: ProblemCode, detail: string, options: ProblemOptions = {}): Response {
  const { fields = {}, reference, headers = {} } = options;
  const status = PROBLEM_STATUS[code];
  const title = STATUS_CODES[status] ?? code;
  const body: Problem = { type: 'about:blank', title, status, detail, code, fields };
  return new Response(JSON.stringify(reference === undefined ? body : { ...body, reference }), {
    status,
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers },
  });
}
