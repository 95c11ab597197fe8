import { cookies } from 'next/headers';
import { cache } from 'react';
import type { Viewer } from '#lib/domain/views.ts';
import { sessionCookie } from '#lib/server/session.ts';
import { site } from '#lib/server/site.ts';
import { viewerOfSession } from '#lib/server/viewer.ts';

/** Who reads this page or sends this form; read once a request. Next compares Origin and Host of each action. */
export const currentViewer = cache(async (): Promise<Viewer | null> => {
  // First of all, so that a build, which has no cookies and no database, stops here.
  const jar = await cookies();
  const here = site();
  return viewerOfSession(here, jar.get(sessionCookie(here.environment).name)?.value);
});
