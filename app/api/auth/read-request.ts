import { NextRequest } from 'next/server';
import { z } from 'zod';
import { readJson, readText } from '#app/api/answer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { safeCallback } from '#lib/site/accounts/auth-options.ts';
import { parseInput } from '#lib/site/parse-input.ts';

/** What next-auth does at an address: `/api/auth/ACTION` or `/api/auth/ACTION/PROVIDER`. */
const METHODS_BY_ACTION: Readonly<Record<string, readonly string[]>> = {
  providers: ['GET'],
  session: ['GET'],
  csrf: ['GET'],
  error: ['GET'],
  signin: ['GET', 'POST'],
  signout: ['GET', 'POST'],
  callback: ['POST'],
};

/** The methods of an address; null if there is no such address. `providers` answer with a GET. */
export function authMethods(
  [action = '', provider, ...rest]: readonly string[],
  providers: readonly string[],
): readonly string[] | null {
  if (action === 'callback' && provider && providers.includes(provider) && rest.length === 0) return ['GET'];
  const isKnown = Object.hasOwn(METHODS_BY_ACTION, action) && rest.length === 0;
  const needsProvider = action === 'callback';
  if (!isKnown || (provider === undefined ? needsProvider : provider !== 'credentials')) return null;
  return METHODS_BY_ACTION[action] ?? null;
}

const fieldsSchema = z.record(z.string().max(100), z.string().max(4096, 'At most 4096 characters.'));

/**
 * The same request with what next-auth doesn't check itself: every parameter is one string of limited length, and
 * a callback that isn't an address of this site is replaced by the home page. Throws INVALID and TOO_LARGE.
 */
export async function readAuthRequest(request: Request, origin: string): Promise<NextRequest> {
  const url = new URL(request.url);
  url.search = new URLSearchParams(checked(Object.fromEntries(url.searchParams), origin)).toString();
  const headers = new Headers(request.headers);
  // A HEAD is answered like a GET.
  if (request.method !== 'POST') return new NextRequest(url, { headers });
  headers.delete('content-length');
  headers.set('content-type', 'application/x-www-form-urlencoded');
  const body = new URLSearchParams(checked(await readBody(request), origin)).toString();
  return new NextRequest(url, { method: 'POST', headers, body });
}

async function readBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (type.startsWith('application/json')) return readJson(request);
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(await readText(request)));
  }
  if (request.body === null) return {};
  throw new DomainError('INVALID', 'Send a form or JSON.');
}

function checked(input: unknown, origin: string): Record<string, string> {
  const fields = parseInput(fieldsSchema, input);
  const { callbackUrl } = fields;
  return callbackUrl === undefined ? fields : { ...fields, callbackUrl: safeCallback(origin, callbackUrl) };
}
