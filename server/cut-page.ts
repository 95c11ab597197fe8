/** Where Next starts a new script with the next part of the page's data. The parts are one text, cut anywhere. */
const NEXT_PART = /"\]\)<\/script><script(?: nonce="[A-Za-z0-9+/=]+")?>self\.__next_f\.push\(\[1,"/g;

/** A page, cut where its copies differ: the bytes that are the same in all, and between them the texts that are replaced. */
export type CutPage = readonly (Uint8Array | string)[];

/**
 * Cuts a page once, so that copies of it cost little. Its data becomes one part, in which every text is whole.
 *
 * @param own the texts that are replaced, as the source of a regular expression without groups that capture.
 */
export function cutPage(html: string, own: string): CutPage {
  return html
    .replaceAll(NEXT_PART, '')
    .split(new RegExp(`(${own})`))
    .map((text, index) => (index % 2 === 0 ? Buffer.from(text) : text));
}

/** A copy. @param replace gives what stands in place of each text that is replaced. */
export function copyPage(page: CutPage, replace: (own: string) => string): Buffer {
  return Buffer.concat(page.map((part) => (typeof part === 'string' ? Buffer.from(replace(part)) : part)));
}

/** The source of a regular expression that matches a text of letters, digits and the characters of Base64. */
export function sourceOf(text: string): string {
  return text.replaceAll(/[+/=]/g, '\\$&');
}
