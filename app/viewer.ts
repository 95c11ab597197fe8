import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import { encodeReader, PLACEHOLDER_HEADER } from '#lib/api/pages/reader.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { sessionCookie } from '#lib/site/accounts/session-cookie.ts';
import { findSessionViewer, originOf } from '#lib/site/accounts/viewer.ts';
import { readerOf } from '#lib/site/page-reader.ts';
import { site } from '#lib/site/site.ts';

/** Who requests this page or submits this form, cached per request. Next compares Origin and Host of each action. */
export const currentViewer = cache(async (): Promise<Viewer | null> => {
  // First, so that a build, which has no cookies and no database, stops here.
  const jar = await cookies();
  const here = site();
  const viewer = await findSessionViewer(here, jar.get(sessionCookie(here.environment).name)?.value);
  return viewer && { ...viewer, from: originOf(here, await headers()) };
});

/**
 * Whom the frame of this page names, encoded (lib/api/pages/reader.ts): the viewer, or a placeholder in a page that
 * is rendered once for all. That page has no viewer.
 */
export async function currentReader(): Promise<string | null> {
  const placeholder = (await headers()).get(PLACEHOLDER_HEADER);
  if (placeholder !== null) return placeholder;
  const viewer = await currentViewer();
  return viewer && encodeReader(readerOf(viewer));
}
