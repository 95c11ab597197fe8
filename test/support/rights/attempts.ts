import { KEY_FIELD } from '#components/ui/form-state.ts';
import { newIdempotencyKey } from '#lib/api/idempotency/key.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import { serverActions } from './entry-points.ts';
import type { Actor, Stage } from './stage.ts';

/** One way into the site, and the action of the policy that it is. */
export interface Row {
  entry: string;
  action: Action;
  /** Tries it as an actor; whether it was allowed. Throws if that isn’t clear. */
  attempt(stage: Stage, actor: Actor): Promise<boolean>;
}

async function send(
  stage: Stage,
  actor: Actor,
  path: string,
  { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Response> {
  const origin = (init.method ?? 'GET') !== 'GET' ? { origin: stage.url } : undefined;
  return fetch(new URL(path, stage.url), {
    redirect: 'manual',
    ...init,
    headers: { ...(await stage.cookieOf(actor)), ...origin, ...headers },
  });
}

async function unclear(what: string, response: Response): Promise<Error> {
  return new Error(`${what} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}

/** A page is refused by a way to the sign-in page, or looks as if it didn’t exist. */
export async function opensPage(stage: Stage, actor: Actor, path: string): Promise<boolean> {
  const response = await send(stage, actor, path);
  if (response.status === 200) return true;
  if (response.status === 404) return false;
  const location = response.headers.get('location');
  if (response.status !== 307 || !location) throw await unclear(path, response);
  return !new URL(location, stage.url).pathname.startsWith('/sign-in');
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT';
  json?: unknown;
  body?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Whether a route answers with success; otherwise it must say that it refuses. */
export async function calls(
  stage: Stage,
  actor: Actor,
  path: string,
  { method = 'GET', json, body, headers = {} }: Call = {},
): Promise<boolean> {
  const content = json === undefined ? body : JSON.stringify(json);
  const response = await send(stage, actor, path, {
    method,
    headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(content === undefined ? {} : { body: content }),
  });
  if (response.ok) {
    await response.body?.cancel();
    return true;
  }
  const expected = actor.account ? [403, 404] : [401];
  if (!expected.includes(response.status)) throw await unclear(`${method} ${path}`, response);
  return false;
}

/** Sends a form to a server action as a browser with JavaScript does; `state` is what useActionState adds. */
export async function sendsForm(
  stage: Stage,
  actor: Actor,
  { action, page, fields = {}, state }: FormCall,
): Promise<Response> {
  const found = serverActions().find(({ name }) => name === action);
  if (!found) throw new Error(`There is no server action ${action}.`);
  const body = new FormData();
  for (const [name, value] of Object.entries({ [KEY_FIELD]: newIdempotencyKey(), ...fields })) {
    body.append(`_1_${name}`, value);
  }
  body.append('0', JSON.stringify(state === undefined ? ['$K1'] : [state, '$K1']));
  const headers = { 'next-action': found.id, accept: 'text/x-component' };
  return send(stage, actor, page, { method: 'POST', headers, body });
}

export interface FormCall {
  /** `app/actions.ts#signOut` */
  action: string;
  /** A page that has the form. */
  page: string;
  fields?: Record<string, string | Blob>;
  state?: unknown;
}
