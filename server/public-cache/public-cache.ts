import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Reader, readerPlaceholder } from '#lib/api/pages/reader.ts';
import { MINUTE_MS } from '#lib/domain/minutes.ts';
import type { Notifications } from '#lib/platform/notifications.ts';
import { type Answer, compressAnswer, type Render } from '#server/answer.ts';
import { newNonce, nonceOf, withNonce } from '#server/security/pin-scripts.ts';
import { fillReader, type PageForReaders, pageForReaders } from './fill-reader.ts';
import { acceptsGzip, asksForSharedPage, publicKey, sharedPageKey } from './public-requests.ts';
import { ResponseCache } from './response-cache.ts';

const MAX_BYTES = 64 * 2 ** 20;
/** Set by components/site/theme.ts, and the only cookie that a visitor's page depends on. */
const THEME = /^heldout-theme=(system|light|dark)$/;

export interface PublicCacheOptions {
  notifications: Pick<Notifications, 'watchPublic'>;
  /** The reader of a request with these cookies; null for a visitor, and for who gets pages of their own. */
  findReader: (cookies: string) => Promise<Reader | null>;
  render: Render;
}

/**
 * Answers from memory until something that all visitors see changes, or the minute does: pages show times and
 * deadlines to the minute. Visitors get what was rendered for a visitor. Whoever is signed in gets public pages that
 * were rendered without cookies, with a placeholder for the reader, and only the copy that is sent names them.
 * Everything else is answered by Next.
 */
export function cachePublicAnswers({
  notifications,
  findReader,
  render,
}: PublicCacheOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let changes = 0;
  notifications.watchPublic(() => {
    changes += 1;
  });
  const version = () => `${changes} ${Math.floor(Date.now() / MINUTE_MS)}`;
  const cache = new ResponseCache({ maxBytes: MAX_BYTES, version });
  const secret = randomBytes(16).toString('hex');
  return async (request, response) => {
    const visitorKey = publicKey(request, THEME);
    if (visitorKey) return cache.respond(visitorKey, request, response, render);
    const { cookie } = request.headers;
    const reader = cookie && asksForSharedPage(request) ? await findReader(cookie) : null;
    if (!reader) return render(request, response);
    const placeholder = readerPlaceholder(secret, reader);
    const compresses = acceptsGzip(request);
    const fill = (answer: Answer, isUnsent: boolean) =>
      fillAnswer(answer, placeholder, reader, { isUnsent, compresses: compresses && isUnsent });
    return cache.respond(sharedPageKey(request, placeholder, THEME), request, response, render, fill);
  };
}

/** How kept pages are cut, which takes longer than filling them in. */
const cutPages = new WeakMap<Buffer, PageForReaders>();

/** The answer for one reader, which is never kept. Its nonce is its own too, unless the headers have been sent. */
async function fillAnswer(
  { headers, body }: Answer,
  placeholder: string,
  reader: Reader,
  { isUnsent, compresses }: { isUnsent: boolean; compresses: boolean },
): Promise<Answer> {
  const rendered = nonceOf(headers);
  const nonce = isUnsent && rendered !== null ? newNonce() : rendered;
  const own = rendered === null ? headers : withNonce(headers, nonce!);
  if (!String(headers['content-type']).startsWith('text/html')) return { headers: own, body };
  const page = cutPages.get(body) ?? pageForReaders(body.toString(), placeholder, rendered);
  cutPages.set(body, page);
  const filled = { headers: own, body: fillReader(page, reader, nonce) };
  return compresses ? compressAnswer(filled) : filled;
}
