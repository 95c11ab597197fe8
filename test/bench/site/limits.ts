/** What the site must reach on two cores with the large database. */
export const LIMITS = {
  /** Of 50 readers who ask once a second. */
  p50Ms: 150,
  p95Ms: 400,
  /** Of 50 connections that ask again at once, on pages that are the same for all visitors. */
  perSecond: 300,
  /** Of a page, uncompressed. */
  htmlBytes: 300_000,
  /** Of the site's processes at their peak. */
  memoryBytes: 512_000_000,
  /** From the record of a score until the leaderboard has it, while 50 readers read it. */
  newScoreMs: 2000,
} as const;
export type LimitName = keyof typeof LIMITS;

export interface Verdict {
  /** As a reader sees it: "512 ms", "80/s". */
  text: string;
  missed: boolean;
}

const TEXTS: Readonly<Record<LimitName, (value: number) => string>> = {
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  perSecond: (value) => `${Math.floor(value)}/s`,
  htmlBytes: (value) => `${Math.ceil(value / 1000)} kB`,
  memoryBytes: (value) => `${Math.ceil(value / 1_000_000)} MB`,
  newScoreMs: milliseconds,
};

/** A value beside its limit; null, where nothing was measured, misses no limit. */
export function judge(name: LimitName, value: number | null): Verdict {
  if (value === null) return { text: '–', missed: false };
  const missed = isFloor(name) ? value < LIMITS[name] : value > LIMITS[name];
  return { text: TEXTS[name](value), missed };
}

/** "≤ 150 ms" */
export function describeLimit(name: LimitName): string {
  return `${isFloor(name) ? '≥' : '≤'} ${TEXTS[name](LIMITS[name])}`;
}

/** More is better. */
function isFloor(name: LimitName): boolean {
  return name === 'perSecond';
}

function milliseconds(value: number): string {
  return `${Math.ceil(value)} ms`;
}
