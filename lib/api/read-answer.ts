import { type Problem, problemSchema } from './problem.ts';
import type { JsonRoute, ResponseBody } from './routes.ts';

/**
 * A parsed answer. `unknown` means that it doesn't come from a site of this version, but for example from a
 * proxy.
 */
export type Answer<Body> =
  | { kind: 'success'; body: Body }
  | { kind: 'problem'; problem: Problem }
  | { kind: 'unknown' };

/** Parses a route's answer by its schema. Drops fields that only a newer site knows. */
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
