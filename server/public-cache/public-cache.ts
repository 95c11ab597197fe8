import type { IncomingMessage, ServerResponse } from 'node:http';
import { MINUTE_MS } from '#lib/domain/minutes.ts';
import type { Notifications } from '#lib/platform/notifications.ts';
import { publicKey } from './public-requests.ts';
import { type Render, ResponseCache } from './response-cache.ts';

const MAX_BYTES = 64 * 2 ** 20;
/** Set by components/site/theme.ts, and the only cookie that a visitor's page depends on. */
const THEME = /^heldout-theme=(system|light|dark)$/;

/**
 * Answers visitors from memory until something that all of them see changes, or the minute does: pages show times
 * and deadlines to the minute. Whoever is signed in, or has any other cookie, is always answered by Next.
 */
export function cachePublicAnswers(
  notifications: Pick<Notifications, 'watchPublic'>,
  render: Render,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let changes = 0;
  notifications.watchPublic(() => {
    changes += 1;
  });
  const version = () => `${changes} ${Math.floor(Date.now() / MINUTE_MS)}`;
  const cache = new ResponseCache({ maxBytes: MAX_BYTES, version });
  return (request, response) => {
    const key = publicKey(request, THEME);
    return key ? cache.respond(key, request, response, render) : render(request, response);
  };
}
