import { type Cell, lesionsOf, PREDICTED_CELLS, TRUE_CELLS } from './example.ts';
import { fill, LIGHT, Outlines, PX, STRONG } from './shapes.tsx';
import { type LesionOutcome, outcomeOf } from './worked.ts';

/** Every lesion with its number. */
export function LesionCount() {
  return (
    <>
      <path d={fill(TRUE_CELLS)} fill={LIGHT} />
      <Outlines />
      {lesionsOf(TRUE_CELLS).map((lesion, index) => (
        <Label key={String(lesion[0])} cells={lesion} text={`T${index + 1}`} place={TRUE_PLACES[index]} />
      ))}
      {lesionsOf(PREDICTED_CELLS).map((lesion, index) => (
        <Label
          key={String(lesion[0])}
          cells={lesion}
          text={`P${index + 1}`}
          place={PREDICTED_PLACES[index]}
        />
      ))}
    </>
  );
}

/** Every lesion with its outcome. */
export function Lesions({ needsIou }: { needsIou: boolean }) {
  const truth = lesionsOf(TRUE_CELLS).map((cells) => ({ cells, outcome: outcomeOf(cells, 'T', needsIou) }));
  const predicted = lesionsOf(PREDICTED_CELLS).map((cells) => ({
    cells,
    outcome: outcomeOf(cells, 'P', needsIou),
  }));
  const cellsOf = (outcome: LesionOutcome) =>
    [...truth, ...predicted].filter((lesion) => lesion.outcome === outcome).flatMap(({ cells }) => cells);
  return (
    <>
      <path d={fill(cellsOf('FP'))} fill={LIGHT} />
      <path d={fill(cellsOf('TP'))} fill={STRONG} />
      <Outlines />
      {truth.map(({ cells, outcome }, index) => (
        <Label key={String(cells[0])} cells={cells} text={outcome} place={TRUE_PLACES[index]} />
      ))}
      {predicted.map(({ cells, outcome }, index) =>
        outcome === 'FP' ? (
          <Label key={String(cells[0])} cells={cells} text={outcome} place={PREDICTED_PLACES[index]} />
        ) : null,
      )}
    </>
  );
}

type Place = 'left' | 'right' | 'above' | 'below';

/** Where each lesion of the example has room for a label, in the order of lesionsOf. */
const TRUE_PLACES: readonly Place[] = ['above', 'left', 'above', 'left'];
const PREDICTED_PLACES: readonly Place[] = ['below', 'right', 'left'];

function Label({ cells, text, place }: { cells: readonly Cell[]; text: string; place: Place | undefined }) {
  const xs = cells.map(([x]) => x);
  const ys = cells.map(([, y]) => y);
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs) + 1,
    Math.min(...ys),
    Math.max(...ys) + 1,
  ];
  const center = {
    x: ((left + right) / 2) * PX,
    y: ((top + bottom) / 2) * PX + 4,
    anchor: 'middle',
  } as const;
  const at = {
    left: { ...center, x: left * PX - 3, anchor: 'end' },
    right: { ...center, x: right * PX + 3, anchor: 'start' },
    above: { ...center, y: top * PX - 3 },
    below: { ...center, y: bottom * PX + 11 },
  }[place ?? 'right'];
  return (
    <text className="lab" x={at.x} y={at.y} textAnchor={at.anchor as 'start' | 'middle' | 'end'}>
      {text}
    </text>
  );
}
