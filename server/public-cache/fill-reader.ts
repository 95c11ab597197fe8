import { encodeReader, PLACEHOLDER_TEXTS, type Reader } from '#lib/api/pages/reader.ts';
import { joinParts } from './next-parts.ts';

/** A page, cut where its readers differ: the bytes that are the same for all, and between them what is a reader's own. */
export type CutPage = readonly (Uint8Array | { own: string })[];

const NONCE = 'nonce';
const READER = 'reader';

/**
 * Cuts a page that was rendered with a placeholder for its reader. Filled in are the name and the team in its HTML, and all
 * of the reader, encoded, in its data, so that React finds in the browser what the server sent.
 *
 * @param nonce with which its scripts were rendered; null if it has none.
 */
export function cutPage(html: string, placeholder: string, nonce: string | null): CutPage {
  const own = new RegExp(
    `(${placeholder}(?::[a-z]+)?${nonce === null ? '' : `|${nonce.replaceAll(/[+/=]/g, '\\$&')}`})`,
  );
  return joinParts(html)
    .split(own)
    .map((text, index) => {
      if (index % 2 === 0) return Buffer.from(text);
      if (text === nonce) return { own: NONCE };
      return { own: text === placeholder ? READER : text.slice(placeholder.length) };
    });
}

/** The page for one reader. */
export function fillPage(page: CutPage, reader: Reader, nonce: string | null): Buffer {
  const texts: Readonly<Record<string, string>> = {
    [NONCE]: nonce ?? '',
    [READER]: encodeReader(reader),
    [PLACEHOLDER_TEXTS.name]: escapeEverywhere(reader.name),
    [PLACEHOLDER_TEXTS.teamName]: escapeEverywhere(reader.team?.name ?? ''),
    [PLACEHOLDER_TEXTS.teamSlug]: escapeEverywhere(reader.team?.slug ?? ''),
    [PLACEHOLDER_TEXTS.unread]: escapeEverywhere(reader.unread),
  };
  return Buffer.concat(
    page.map((part) => (part instanceof Uint8Array ? part : Buffer.from(texts[part.own] ?? ''))),
  );
}

/**
 * A text for HTML, with a numeric reference for every character but letters, digits and spaces. So it is inert in
 * every part of a page, even inside an attribute or a script.
 */
export function escapeEverywhere(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}
