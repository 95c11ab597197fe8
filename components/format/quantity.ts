/** Formats numbers. A missing value is an en dash. */
export const NO_VALUE = '–';

/** A score with the given decimals and a true minus sign. */
export function formatScore(value: number | null, decimals: number): string {
  return value === null ? NO_VALUE : value.toFixed(decimals).replace('-', '−');
}

/** "1", "1–3" */
export function formatRankRange([low, high]: readonly [number, number]): string {
  return low === high ? String(low) : `${low}–${high}`;
}

/** Decimal units, as file managers use them: "3.8 GB", "512 kB". */
export function formatBytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1);
  return `${text} ${units[unit]}`;
}

/** "sha256:b14f…9a02": enough to compare by eye; the whole digest stands in the title. */
export function formatDigest(hex: string): string {
  return `sha256:${hex.slice(0, 4)}…${hex.slice(-4)}`;
}

/** "1st", "2nd", "3rd", "11th" */
export function formatOrdinal(place: number): string {
  const lastTwo = place % 100;
  if (lastTwo >= 11 && lastTwo <= 13) return `${place}th`;
  return `${place}${['th', 'st', 'nd', 'rd'][place % 10] ?? 'th'}`;
}

/** Part of a whole in percent, for the length of a bar. */
export function percent(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, Math.max(0, (part / whole) * 100));
}
