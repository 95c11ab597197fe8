import { cookies } from 'next/headers';
import { cache } from 'react';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { sessionCookie } from '#lib/site/accounts/session-cookie.ts';
import { findSessionViewer } from '#lib/site/accounts/viewer.ts';
import { site } from '#lib/site/site.ts';

/** Who requests this page or submits this form, cached per request. Next compares Origin and Host of each action. */
export const currentViewer = cache(async (): Promise<Viewer | null> => {
  // First, so that a build, which has no cookies and no database, stops here.
  const jar = await cookies();
  const here = site();
  return findSessionViewer(here, jar.get(sessionCookie(here.environment).name)?.value);
});
