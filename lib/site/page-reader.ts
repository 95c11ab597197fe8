import { type Reader, unreadText } from '#lib/api/pages/reader.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Site } from '#lib/site/site.ts';
import { readCookie, sessionCookie } from './accounts/session-cookie.ts';
import { findSession } from './accounts/sessions.ts';

/** What a page’s frame shows of its reader. */
export function readerOf({ name, teams, unread = 0 }: Pick<Viewer, 'name' | 'teams' | 'unread'>): Reader {
  const [first] = teams;
  return {
    name,
    team: first ? { slug: first.slug, name: first.name } : null,
    teams: teams.map(({ slug }) => slug),
    unread: unreadText(unread),
  };
}

/**
 * The reader of a request with these cookies, for pages that are shared by everyone who is signed in; null for a
 * visitor. Organizers and administrators get pages of their own, with links to their consoles, so null as well.
 */
export async function findSharedReader(
  site: Pick<Site, 'db' | 'environment' | 'now'>,
  cookies: string,
): Promise<Reader | null> {
  const session = await findSession(site, readCookie(cookies, sessionCookie(site.environment).name));
  return !session || session.isOrganizer || session.isAdmin ? null : readerOf(session);
}
