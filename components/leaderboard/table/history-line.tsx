import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';

const WIDTH = 100;
const HEIGHT = 24;

/**
 * A team's scored submissions over time, as dots, and its best score so far, as steps, on the scale of all teams.
 * Decoration of the number beside it: the submissions are listed on the team's page.
 */
export function HistoryLine({
  history,
  range,
  better,
  series,
}: {
  history: LeaderboardEntry['history'];
  range: NonNullable<LeaderboardView['historyRange']>;
  /** Of the primary metric. */
  better: 'higher' | 'lower' | 'closer to 1';
  series: number;
}) {
  const points = history.flatMap(([at, value]) => (value === null ? [] : [place(at, value, range)]));
  if (points.length === 0) return null;
  // A better value is drawn higher or lower, as the metric has it; 'closer to 1' is never ranked.
  const isBetter = (y: number, other: number) => (better === 'lower' ? y > other : y < other);
  let steps = '';
  let best: number | null = null;
  let bestX: number | null = null;
  for (const [x, y] of points) {
    if (best !== null && !isBetter(y, best)) continue;
    steps += best === null ? `M${x} ${y}` : `H${x}V${y}`;
    best = y;
    bestX = x;
  }
  return (
    <svg
      className={`history k${series}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="ln" d={`${steps}H${WIDTH}`} />
      <path className="dots" d={points.map(([x, y]) => `M${x} ${y}h0`).join('')} />
      {bestX === null ? null : <path className="dots best" d={`M${bestX} ${best}h0`} />}
    </svg>
  );
}

function place(
  at: number,
  value: number,
  { from, to, low, high }: NonNullable<LeaderboardView['historyRange']>,
): [number, number] {
  const x = to === from ? WIDTH : ((at - from) / (to - from)) * WIDTH;
  const y = high === low ? HEIGHT / 2 : HEIGHT - ((value - low) / (high - low)) * HEIGHT;
  return [Number(x.toFixed(1)), Number(y.toFixed(1))];
}
