import { type Problem, problemSchema } from './problem.ts';
import type { JsonRoute, ResponseBody } from './routes.ts';

/** An answer as a client reads it. `unknown`: no site of this version gave it, but a proxy or another program. */
export type Answer<Body> =
  | { kind: 'success'; body: Body }
  | { kind: 'problem'; problem: Problem }
  | { kind: 'unknown' };

/** Parses an answer of a route by its schema. Fields that a newer site added are left out. */
export function readAnswer<Route extends JsonRoute>(
  route: Route,
  status: number,
  text: string,
): Answer<ResponseBody<Route>> {
  const json = parseJson(text);
  if (status === route.response.status) {
    const parsed = route.response.schema.safeParse(json);
    return parsed.success
      ? { kind: 'success', body: parsed.data as ResponseBody<Route> }
      : { kind: 'unknown' };
  }
  const problem = problemSchema.safeParse(json);
  return problem.success ? { kind: 'problem', problem: problem.data } : { kind: 'unknown' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
