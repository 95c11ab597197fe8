/** Characters that XML 1.0 can't hold, not even escaped. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text for the content or a quoted attribute of HTML or XML. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(NOT_XML, '').replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** At most `max` characters as a reader counts them, the last one an ellipsis if some are left out. */
export function shorten(text: string, max: number): string {
  const characters = [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}
