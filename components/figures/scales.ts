import { useXAxisScale, useYAxisScale } from 'recharts';

export interface Scales {
  x: (value: number) => number;
  y: (value: number) => number;
}

/** The scales of the chart around, in px; null before the chart knows its size. */
export function useScales(): Scales | null {
  const [x, y] = [useXAxisScale(), useYAxisScale()];
  if (!x || !y) return null;
  return { x: (value) => x(value) ?? 0, y: (value) => y(value) ?? 0 };
}

/** Dots as one path, because thousands of circles make a page slow. Draw it with a round line cap. */
export function dotsPath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');
}
