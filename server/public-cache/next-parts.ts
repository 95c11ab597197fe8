/** Where Next starts a new script with the next part of the page's data. The parts are one text, cut anywhere. */
const NEXT_PART = /"\]\)<\/script><script(?: nonce="[A-Za-z0-9+/=]+")?>self\.__next_f\.push\(\[1,"/g;

/** A page with its data in one part, in which every text is whole. */
export function joinParts(html: string): string {
  return html.replaceAll(NEXT_PART, '');
}
