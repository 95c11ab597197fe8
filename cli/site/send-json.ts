import { CommandError } from '#cli/command.ts';
import { IDEMPOTENCY_KEY_HEADER } from '#lib/api/idempotency/key.ts';
import { ConnectionLost, isLostBehindProxy, sendOnce } from '#lib/api/idempotency/send-once.ts';
import type { JsonRoute } from '#lib/api/routes.ts';

const ANSWER_LIMIT_MS = 30_000;

export interface JsonRequest {
  route: JsonRoute;
  url: URL;
  token?: string | null;
  /** Left out by a route without a body. */
  body?: unknown;
  /** Pauses before the second and later attempts. */
  waitsMs?: readonly number[];
}

/**
 * Sends a JSON request. What creates something is sent again with the same key if the connection breaks, so that the
 * site does it once. Throws CommandError if the site can't be reached.
 */
export async function sendJson({
  route,
  url,
  token,
  body,
  waitsMs,
}: JsonRequest): Promise<{ status: number; text: string }> {
  const headers = new Headers();
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const request = {
    method: route.method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  };
  const send = async () => {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return { status: response.status, text: await response.text() };
  };
  const sendWith = async (key: string) => {
    headers.set(IDEMPOTENCY_KEY_HEADER, `"${key}"`);
    const answer = await send().catch((error: Error) => {
      throw neverArrived(error) ? error : new ConnectionLost(reasonOf(error), { cause: error });
    });
    if (isLostBehindProxy(answer.status)) {
      throw new ConnectionLost(`a proxy answered with status ${answer.status}`);
    }
    return answer;
  };
  try {
    return route.takesIdempotencyKey
      ? await sendOnce(sendWith, waitsMs === undefined ? {} : { waitsMs })
      : await send();
  } catch (error) {
    throw new CommandError(
      `${url.origin} can't be reached (${reasonOf(error as Error)}). --site says where the site is.`,
      { cause: error },
    );
  }
}

/** Nothing listens there, so that no attempt helps. */
function neverArrived({ cause }: Error): boolean {
  const { code } = (cause ?? {}) as { code?: string };
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND';
}

/** fetch keeps the reason in the cause. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
