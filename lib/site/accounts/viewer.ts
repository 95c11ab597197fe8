import type { RequestOrigin, Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';
import { toViewer } from '#lib/site/viewer-columns.ts';
import { findTokenUser } from './api-tokens.ts';
import { describeBrowser } from './browser.ts';
import { clientAddress } from './client-address.ts';
import { readCookie, sessionCookie } from './session-cookie.ts';
import { findSession } from './sessions.ts';

/** The viewer of a session cookie; null for a visitor. */
export async function findSessionViewer(site: Site, cookie: string | undefined): Promise<Viewer | null> {
  const session = await findSession(site, cookie);
  return session && { ...toViewer(site, session), sessionId: session.id, unread: session.unread };
}

/**
 * The viewer by token or cookie; null for a visitor. An unknown token is an error, so that a program notices
 * it instead of being treated as a visitor. That a request with a cookie comes from a page of this site is for the
 * HTTP server to see (server/security).
 */
export async function requestViewer(site: Site, request: Request): Promise<Viewer | null> {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) return viewerOfToken(site, authorization, request.headers);
  const cookie = readCookie(request.headers.get('cookie'), sessionCookie(site.environment).name);
  const viewer = await findSessionViewer(site, cookie);
  return viewer && { ...viewer, from: originOf(site, request.headers) };
}

/** Who the sender of an earlier request is now, for a response that takes long; null if they were signed out. */
export function currentViewer(site: Site, request: Request): Promise<Viewer | null> {
  return requestViewer(site, request).catch((error: unknown) => {
    if (error instanceof DomainError) return null;
    throw error;
  });
}

async function viewerOfToken(site: Site, authorization: string, headers: Headers): Promise<Viewer> {
  const token = /^Bearer ([^\s]+)$/i.exec(authorization)?.[1];
  const user = token ? await findTokenUser(site, token) : null;
  if (!user) {
    throw new DomainError('NOT_SIGNED_IN', 'This token is invalid or has expired. Create a new one.');
  }
  const client = `token ${user.tokenName}`;
  return { ...toViewer(site, user), tokenScopes: user.scopes, from: { ...originOf(site, headers), client } };
}

/** Where a request with these headers comes from. */
export function originOf({ environment }: Pick<Site, 'environment'>, headers: Headers): RequestOrigin {
  return {
    address: clientAddress(environment, headers),
    client: describeBrowser(headers.get('user-agent')),
  };
}
