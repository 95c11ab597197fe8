import { expect } from 'vitest';
import type { Problem } from '#lib/api/problem.ts';
import { type ApiRoute, ROUTES, routeAddress } from '#lib/api/routes.ts';
import { answerProblems, schemaProblems } from './check-answer.ts';
import { loadRoute } from './route-modules.ts';

type Routes = typeof ROUTES;
export type RouteName = keyof Routes;
type JsonRouteName = {
  [Name in RouteName]: Routes[Name]['response'] extends { type: 'application/json' } ? Name : never;
}[RouteName];
/** The schema's output, which equals the body because response schemas transform nothing. */
type Body<Name extends JsonRouteName> = Routes[Name]['response']['schema']['_zod']['output'];

export interface Sent {
  params?: Record<string, string>;
  query?: Record<string, string>;
  token?: string;
  /** A body that is sent as JSON; `body` is sent unchanged. */
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Calls the route handlers like Next does, checks every response against the schema of its route, and records
 * which routes have returned a success response.
 */
export class CheckedApi {
  private readonly origin: string;
  private readonly succeeded = new Set<RouteName>();

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Routes without a success response so far. */
  untested(): string[] {
    return Object.keys(ROUTES).filter((name) => !this.succeeded.has(name as RouteName));
  }

  /** The checked response, with its body as text. */
  async answer(name: RouteName, sent: Sent = {}): Promise<{ response: Response; text: string }> {
    const response = await this.call(name, sent);
    const text = await response.text();
    expect(answerProblems(ROUTES[name], response, text), `${name} answered ${text}`).toEqual([]);
    if (response.ok) this.noteSuccess(name, sent);
    return { response, text };
  }

  /** The body of a success response. */
  async ok<Name extends JsonRouteName>(name: Name, sent: Sent = {}): Promise<Body<Name>> {
    const { response, text } = await this.answer(name, sent);
    expect(response.status, text).toBe(ROUTES[name].response.status);
    return JSON.parse(text) as Body<Name>;
  }

  /** The problem of an error response with this status. */
  async refused(name: RouteName, status: number, sent: Sent = {}): Promise<Problem> {
    const { response, text } = await this.answer(name, sent);
    expect(response.status, text).toBe(status);
    return JSON.parse(text) as Problem;
  }

  /** A stream of server-sent events, each checked against its schema. */
  async events(name: 'followSubmission', sent: Sent) {
    const response = await this.call(name, sent);
    const problems = answerProblems(ROUTES[name], response, '');
    expect(problems).toEqual([]);
    const schemas = ROUTES[name].response.events;
    const next = eventsOf(response, (event, data) => {
      expect(Object.keys(schemas)).toContain(event);
      expect(schemaProblems(schemas[event as keyof typeof schemas], data), JSON.stringify(data)).toEqual([]);
      this.noteSuccess(name, sent);
      return data as (typeof schemas)['evaluation']['_zod']['output'];
    });
    return { response, next };
  }

  private async call(name: RouteName, { params = {}, query, ...sent }: Sent): Promise<Response> {
    const route: ApiRoute = ROUTES[name];
    const handler = (await loadRoute(route.path))[route.method];
    if (!handler) throw new Error(`${route.method} ${route.path} has no handler.`);
    const address = new URL(routeAddress(route, params as Record<never, string>, query), this.origin);
    return handler(new Request(address, requestInit(route, sent)), { params: Promise.resolve(params) });
  }

  private noteSuccess(name: RouteName, { json }: Sent): void {
    this.succeeded.add(name);
    const { body }: ApiRoute = ROUTES[name];
    if (typeof body !== 'object') return;
    // A body that a route accepts must match its schema in the table.
    expect(body.safeParse(json).error?.issues ?? []).toEqual([]);
  }
}

function requestInit(
  { method }: ApiRoute,
  { token, json, body, headers = {}, signal }: Omit<Sent, 'params' | 'query'>,
): RequestInit {
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const content = json === undefined ? body : JSON.stringify(json);
  return {
    method,
    headers: { ...authorization, ...headers },
    ...(content === undefined ? {} : { body: content, duplex: 'half' }),
    ...(signal ? { signal } : {}),
  } as RequestInit;
}

/** Parses a stream of server-sent events and skips comments. */
function eventsOf<Event>(response: Response, read: (name: string, data: unknown) => Event) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async (): Promise<Event | 'end'> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        if (name && data) return read(name, JSON.parse(data));
        continue;
      }
      const { done, value } = await reader.read();
      if (done) return 'end';
      text += value;
    }
  };
}
