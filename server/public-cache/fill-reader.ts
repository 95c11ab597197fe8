import { encodeReader, PLACEHOLDER_TEXTS, type Reader } from '#lib/api/pages/reader.ts';

/** Where Next starts a new script with the next part of the page's data. The parts are one text, cut anywhere. */
const NEXT_PART = /"\]\)<\/script><script(?: nonce="[A-Za-z0-9+/=]+")?>self\.__next_f\.push\(\[1,"/g;

/**
 * Puts a reader in place of the placeholder with which a page was rendered: the name and the team in its HTML, and
 * all of it, encoded, in its data, so that React finds in the browser what the server sent.
 */
export function fillReader(html: string, placeholder: string, reader: Reader): string {
  const texts: Readonly<Record<string, string>> = {
    [PLACEHOLDER_TEXTS.name]: escapeEverywhere(reader.name),
    [PLACEHOLDER_TEXTS.teamName]: escapeEverywhere(reader.team?.name ?? ''),
    [PLACEHOLDER_TEXTS.teamSlug]: escapeEverywhere(reader.team?.slug ?? ''),
    [PLACEHOLDER_TEXTS.unread]: escapeEverywhere(reader.unread),
  };
  const encoded = encodeReader(reader);
  // A function, because `$&` in a replacement would be a pattern.
  return html
    .replaceAll(NEXT_PART, '')
    .replaceAll(new RegExp(`${placeholder}(:[a-z]+)?`, 'g'), (_, field?: string) =>
      field === undefined ? encoded : (texts[field] ?? ''),
    );
}

/**
 * A text for HTML, with a numeric reference for every character but letters, digits and spaces. So it is inert in
 * every part of a page, even inside an attribute or a script.
 */
export function escapeEverywhere(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}
