import { type Cell, type Gap, gapsBetween, type Side } from './example.ts';
import { INK, LIGHT, lines, Outlines, PREDICTED_SURFACE, PX, TRUE_SURFACE } from './shapes.tsx';

const FROM_TRUTH = gapsBetween(TRUE_SURFACE, PREDICTED_SURFACE);
const FROM_PREDICTION = gapsBetween(PREDICTED_SURFACE, TRUE_SURFACE);
const ALL_GAPS = [...FROM_TRUTH, ...FROM_PREDICTION];

/** The gap whose length is closest to a distance. */
export function GapOf({ mm }: { mm: number }) {
  const off = (gap: Gap) => Math.abs(gap.mm - mm);
  return <Gaps gaps={ALL_GAPS.toSorted((a, b) => off(a) - off(b)).slice(0, 1)} />;
}

/** Every fourth gap, of both directions. */
export function SomeGaps() {
  return <Gaps gaps={ALL_GAPS.filter((_, index) => index % 4 === 0)} />;
}

function Gaps({ gaps }: { gaps: readonly Gap[] }) {
  return (
    <>
      <Outlines />
      {gaps.map(({ from, to }) => (
        <line
          key={`${from} ${to}`}
          x1={from[0] * PX}
          y1={from[1] * PX}
          x2={to[0] * PX}
          y2={to[1] * PX}
          stroke="var(--e3)"
          strokeWidth={gaps.length === 1 ? 2.5 : 1.5}
        />
      ))}
      {gaps.length === 1 ? gaps.map(({ from, to }) => <Ends key="ends" at={[from, to]} />) : null}
    </>
  );
}

function Ends({ at }: { at: readonly Cell[] }) {
  return at.map(([x, y]) => <circle key={`${x} ${y}`} cx={x * PX} cy={y * PX} r="3.2" fill={INK} />);
}

/** Highlights the sides whose ends both lie within a distance of the other surface. */
export function Within({ mm }: { mm: number }) {
  const near = (surface: readonly Side[], gaps: readonly Gap[]) => {
    const within = new Set(gaps.filter((gap) => gap.mm <= mm).map(({ from }) => String(from)));
    return surface.filter(([x1, y1, x2, y2]) => within.has(`${x1},${y1}`) && within.has(`${x2},${y2}`));
  };
  return (
    <>
      <path
        d={lines(TRUE_SURFACE)}
        fill="none"
        stroke={LIGHT}
        strokeWidth={2 * mm * PX}
        strokeLinecap="round"
      />
      <Outlines />
      <path
        d={lines([...near(TRUE_SURFACE, FROM_TRUTH), ...near(PREDICTED_SURFACE, FROM_PREDICTION)])}
        fill="none"
        stroke="var(--e3)"
        strokeWidth="3"
        strokeLinecap="square"
      />
    </>
  );
}
