import { type Cell, PREDICTED_CELLS, type Side, surfaceOf, TRUE_CELLS } from './example.ts';

/** Shared parts of the drawings of the example. */
export const PX = 6;
export const LIGHT = 'var(--e1)';
export const STRONG = 'var(--e2)';
export const INK = 'var(--ink)';
export const TRUE_SURFACE = surfaceOf(TRUE_CELLS);
export const PREDICTED_SURFACE = surfaceOf(PREDICTED_CELLS);
export const SOLID = { fill: 'none', stroke: INK, strokeWidth: 1.4, strokeLinecap: 'square' } as const;
export const DASHED = { fill: 'none', stroke: INK, strokeWidth: 1.4, strokeDasharray: '3.5 2.5' } as const;

/** Cells as one path of squares. */
export function fill(cells: readonly Cell[]): string {
  return cells.map(([x, y]) => `M${x * PX} ${y * PX}h${PX}v${PX}h${-PX}z`).join('');
}

export function lines(sides: readonly Side[]): string {
  return sides.map(([x1, y1, x2, y2]) => `M${x1 * PX} ${y1 * PX}L${x2 * PX} ${y2 * PX}`).join('');
}

/** P first, so that T’s solid line stays visible where both coincide. */
export function Outlines() {
  return (
    <>
      <path d={lines(PREDICTED_SURFACE)} {...DASHED} />
      <path d={lines(TRUE_SURFACE)} {...SOLID} />
    </>
  );
}
