/** A value that all rows of a plot are compared with, as a line with a label. */
export interface Reference {
  name: string;
  value: number;
}

/** More lines would hide what they are compared with. */
export const MAX_REFERENCES = 4;
const MAX_CHARACTERS = 18;

export interface ReferenceLabel extends Reference {
  /** The name, shortened. */
  text: string;
  /** Line of text that it stands in, from 0: labels of one line don't overlap. */
  level: number;
  /** Where the label is fastened to its line, so that it stays inside of the plot. */
  anchor: 'start' | 'middle' | 'end';
}

/**
 * Places the labels of reference lines above an axis.
 *
 * @param place position on the axis, from 0 to 1.
 * @param width of a text, as a fraction of the axis.
 */
export function placeLabels(
  references: readonly Reference[],
  place: (value: number) => number,
  width: (text: string) => number,
): ReferenceLabel[] {
  /** End of the last label of each line. */
  const ends: number[] = [];
  return references
    .slice(0, MAX_REFERENCES)
    .toSorted((left, right) => left.value - right.value)
    .map((reference): ReferenceLabel => {
      const text = shorten(reference.name);
      const at = place(reference.value);
      const size = width(text);
      const anchor = at - size / 2 < 0 ? 'start' : at + size / 2 > 1 ? 'end' : 'middle';
      const start = anchor === 'start' ? at : anchor === 'end' ? at - size : at - size / 2;
      const free = ends.findIndex((end) => end < start);
      const level = free === -1 ? ends.length : free;
      ends[level] = start + size;
      return { ...reference, text, level, anchor };
    });
}

function shorten(name: string): string {
  return name.length > MAX_CHARACTERS ? `${name.slice(0, MAX_CHARACTERS - 1)}…` : name;
}
