/** What the frame of a page shows of the person who reads it; not part of /api/v1. */
export interface Reader {
  name: string;
  /** The first team; null without one. */
  team: { slug: string; name: string } | null;
  /** Slugs of all teams. */
  teams: string[];
  /** The number of unread notifications: "3", "99+", or empty for none. */
  unread: string;
}

/** Counting stops there. */
export const MAX_UNREAD = 100;

export function unreadText(count: number): string {
  if (count === 0) return '';
  return count < MAX_UNREAD ? String(count) : `${MAX_UNREAD - 1}+`;
}

/**
 * Pages that are the same for all readers are rendered once, with a placeholder in place of the reader, and the
 * server fills in each reader (server/public-cache/fill-reader.ts). The placeholder is random for each process, so
 * that nobody can write it into a text.
 */
export const PLACEHOLDER_HEADER = 'x-heldout-reader-placeholder';
const PLACEHOLDER = /^reader-[0-9a-f]{32}-(team|alone)$/;

/** @param secret 32 hexadecimal digits. */
export function readerPlaceholder(secret: string, { team }: Pick<Reader, 'team'>): string {
  return `reader-${secret}-${team === null ? 'alone' : 'team'}`;
}

/** The texts that stand for the reader's own ones in a page with a placeholder. */
export const PLACEHOLDER_TEXTS = {
  name: ':name',
  teamName: ':team',
  teamSlug: ':slug',
  unread: ':unread',
} as const;

/** A reader as a text of letters, digits and the characters % - _ . ! ~ * ' ( ), which mean nothing to HTML or scripts. */
export function encodeReader(reader: Reader): string {
  return encodeURIComponent(JSON.stringify(reader).toWellFormed());
}

/** @param encoded of `encodeReader`, or a placeholder. */
export function decodeReader(encoded: string): Reader {
  const placeholder = PLACEHOLDER.exec(encoded);
  if (!placeholder) return JSON.parse(decodeURIComponent(encoded)) as Reader;
  const { name, teamName, teamSlug, unread } = PLACEHOLDER_TEXTS;
  const team = { slug: `${encoded}${teamSlug}`, name: `${encoded}${teamName}` };
  return {
    name: `${encoded}${name}`,
    team: placeholder[1] === 'team' ? team : null,
    teams: [],
    unread: `${encoded}${unread}`,
  };
}

/**
 * A header of the server's own on requests for pages: 32 hexadecimal digits, random for each rendering. Whatever a page has
 * that may never be the same twice, such as the keys of its forms, begins with it, so that a copy for another reader gets
 * one of its own (server/join-reads.ts). What a client sends under this name is removed.
 */
export const RENDER_HEADER = 'x-heldout-render';
