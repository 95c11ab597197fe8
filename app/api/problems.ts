import { STATUS_CODES } from 'node:http';
import {
  PROBLEM_STATUS,
  PROBLEM_TYPE,
  type Problem,
  type ProblemCode,
  problemBody,
} from '#lib/api/problem.ts';
import { type Method, ROUTES } from '#lib/api/routes.ts';

/** Errors as HTTP responses. For pages see app/refuse.ts. */

interface ProblemOptions {
  fields?: Problem['fields'];
  reference?: string;
  headers?: Record<string, string>;
}

export function problem(code: ProblemCode, detail: string, options: ProblemOptions = {}): Response {
  const { headers = {} } = options;
  const status = PROBLEM_STATUS[code];
  const title = STATUS_CODES[status] ?? code;
  return new Response(JSON.stringify(problemBody(code, title, detail, options)), {
    status,
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers },
  });
}

type Handler = (request: Request) => Response;
type OtherMethods = Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', Handler>;

/**
 * Handlers for the methods that a path doesn't support. Next would answer them with an empty body, and would
 * list all methods as allowed for OPTIONS.
 */
export function otherMethods(path: (typeof ROUTES)[keyof typeof ROUTES]['path']): OtherMethods {
  const taken = Object.values(ROUTES).flatMap((route): Method[] =>
    route.path === path ? [route.method] : [],
  );
  const allow = [...taken, ...(taken.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  const refuse: Handler = ({ method }) => {
    const detail = `This address takes ${taken.join(' and ')}, not ${method}.`;
    return problem('METHOD_NOT_ALLOWED', detail, { headers: { allow } });
  };
  const options: Handler = () => new Response(null, { status: 204, headers: { allow } });
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse, OPTIONS: options };
}
