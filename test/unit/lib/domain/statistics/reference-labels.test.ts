import { expect, test } from 'vitest';
import { MAX_REFERENCES, placeLabels } from '#lib/domain/statistics/reference-labels.ts';

const place = (value: number) => value;
/** Every label is as wide as 0.3 of the axis. */
const width = () => 0.3;

test('labels that would overlap stand in different lines, others share one', () => {
  const placed = placeLabels(
    [
      { name: 'b', value: 0.5 },
      { name: 'a', value: 0.4 },
      { name: 'c', value: 0.8 },
    ],
    place,
    width,
  );
  expect(placed).toEqual([
    { name: 'a', text: 'a', value: 0.4, level: 0, anchor: 'middle' },
    { name: 'b', text: 'b', value: 0.5, level: 1, anchor: 'middle' },
    { name: 'c', text: 'c', value: 0.8, level: 0, anchor: 'middle' },
  ]);
});

test('labels stay inside of the plot, and names are shortened', () => {
  const names = [
    { name: 'left', value: 0.1 },
    { name: 'a very long name of a baseline', value: 0.95 },
  ];
  expect(placeLabels(names, place, width)).toMatchObject([
    { anchor: 'start' },
    { anchor: 'end', text: 'a very long name …' },
  ]);
});

test('no more lines are drawn than a reader can tell apart', () => {
  const many = Array.from({ length: 9 }, (_, index) => ({ name: `${index}`, value: index / 9 }));
  expect(placeLabels(many, place, width)).toHaveLength(MAX_REFERENCES);
});
