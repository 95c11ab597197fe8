/** Pinned teams: each has a color and a shape, the same in every figure. */
export const MAX_PINS = 5;

/** Parses `pin=team-a,team-b`. Without it, the browser pins the reader’s own teams (components/leaderboard/own-pins.ts). */
export function parsePins(text: string | undefined, onLeaderboard: readonly string[]): string[] {
  return [...new Set(text?.split(','))].filter((slug) => onLeaderboard.includes(slug)).slice(0, MAX_PINS);
}

/** null if no more teams can be pinned. */
export function togglePin(pins: readonly string[], slug: string): string[] | null {
  if (pins.includes(slug)) return pins.filter((pin) => pin !== slug);
  return pins.length < MAX_PINS ? [...pins, slug] : null;
}

/** Series of a team: 1 to MAX_PINS if it is pinned, otherwise 0. */
export function seriesOf(pins: readonly string[], slug: string): number {
  return pins.indexOf(slug) + 1;
}
