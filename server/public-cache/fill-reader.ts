import { encodeReader, PLACEHOLDER_TEXTS, type Reader } from '#lib/api/pages/reader.ts';
import { type CutPage, copyPage, cutPage, sourceOf } from '#server/cut-page.ts';

/** A page that was rendered with a placeholder for its reader. */
export interface PageForReaders {
  page: CutPage;
  placeholder: string;
  /** With which its scripts were rendered; null if it has none. */
  nonce: string | null;
}

export function pageForReaders(html: string, placeholder: string, nonce: string | null): PageForReaders {
  const own = `${placeholder}(?::[a-z]+)?${nonce === null ? '' : `|${sourceOf(nonce)}`}`;
  return { page: cutPage(html, own), placeholder, nonce };
}

/**
 * The page for one reader: the name and the team in its HTML, and all of the reader, encoded, in its data, so that React
 * finds in the browser what the server sent.
 */
export function fillReader(
  { page, placeholder, nonce }: PageForReaders,
  reader: Reader,
  ownNonce: string | null,
): Buffer {
  const texts: Readonly<Record<string, string>> = {
    [PLACEHOLDER_TEXTS.name]: escapeEverywhere(reader.name),
    [PLACEHOLDER_TEXTS.teamName]: escapeEverywhere(reader.team?.name ?? ''),
    [PLACEHOLDER_TEXTS.teamSlug]: escapeEverywhere(reader.team?.slug ?? ''),
    [PLACEHOLDER_TEXTS.unread]: escapeEverywhere(reader.unread),
  };
  const encoded = encodeReader(reader);
  return copyPage(page, (own) => {
    if (own === nonce) return ownNonce ?? '';
    return own === placeholder ? encoded : (texts[own.slice(placeholder.length)] ?? '');
  });
}

/**
 * A text for HTML, with a numeric reference for every character but letters, digits and spaces. So it is inert in
 * every part of a page, even inside an attribute or a script.
 */
export function escapeEverywhere(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}
