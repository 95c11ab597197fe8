/** Names that other people read: one line of characters that can be seen. */

/**
 * Characters that can't be seen although they are none of \p{C} (control, format, unassigned), such as the Hangul
 * filler and the blank Braille pattern; line ends; and the signs for a character that is missing.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC\uFFFD]/u;

/** Joiners shape letters in several scripts, and variation selectors choose the look of an emoji. */
const SHAPING = /\u200C|\u200D|\uFE0E|\uFE0F|\t/g;

/** Whether a text holds characters that can't be seen and that no text needs. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text.replaceAll(SHAPING, ''));
}

/** Nobody stacks more accents (UTS #39, 5.4), and a name can't begin with one. */
const STACKED_MARKS = /^\p{M}|\p{M}{5}/u;

/** The form in which a name is stored: composed, with single spaces, without a choice between emoji and text. */
export function normalizeName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\uFE0E\uFE0F]/g, '')
    .replace(/[\t\p{Zs}]+/gu, ' ')
    .trim();
}

/** What is wrong with a normalized name, and what to do; null if nothing is. */
export function nameProblem(name: string): string | null {
  if (INVISIBLE.test(name)) return 'Use one line of visible characters.';
  if (STACKED_MARKS.test(name)) return 'Use fewer accents on one letter.';
  if (!/[\p{L}\p{N}]/u.test(name)) return 'Use at least one letter or digit.';
  return null;
}
