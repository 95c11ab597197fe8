import { z } from 'zod';

/**
 * Markdown of organizers. What a reader would wait for is refused: deeply nested blocks, and tables with very many
 * cells.
 */

const MAX_LINES = 600;
const MAX_NESTING = 8;
const MAX_CELLS_IN_LINE = 24;

/** Markers of quotes and lists at the start of a line, one inside the other. */
const NESTED = new RegExp(`^([ \\t]*([>*+-]|\\d{1,9}[.)])[ \\t]*){${MAX_NESTING + 1}}`);

/** Why a text isn't shown as Markdown; null if it is. */
export function markdownProblem(text: string): string | null {
  const lines = text.split('\n');
  if (lines.length > MAX_LINES) return `At most ${MAX_LINES} lines.`;
  // A line of dashes or stars is a rule, however long.
  const nested = lines.findIndex((line) => NESTED.test(line) && !/^\s*([-*_])(\s*\1)*\s*$/.test(line));
  if (nested !== -1)
    return `Line ${nested + 1} has more than ${MAX_NESTING} quotes or lists inside each other.`;
  const indented = lines.findIndex((line) => /^[ \t]{80}/.test(line));
  if (indented !== -1) return `Line ${indented + 1} is indented by 80 characters or more.`;
  const wide = lines.findIndex((line) => line.split('|').length - 1 > MAX_CELLS_IN_LINE);
  return wide === -1 ? null : `Line ${wide + 1} has more than ${MAX_CELLS_IN_LINE} vertical bars.`;
}

export function markdownSchema(maxLength: number) {
  return z
    .string()
    .min(1, 'This field is required.')
    .max(maxLength, `At most ${maxLength} characters.`)
    .superRefine((text, context) => {
      const message = markdownProblem(text);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });
}
