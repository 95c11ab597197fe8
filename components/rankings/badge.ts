import { formatRankRange } from '#components/format/quantity.ts';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { escapeMarkup, shorten } from './markup.ts';

const HEIGHT = 20;
const PADDING = 7;
/** Of the mean character of Verdana at 11 px; `textLength` makes any font fit. */
const CHARACTER = 6.6;
const MAX_CHARACTERS = 40;

/** The texts of a badge: which challenge, and where a team stands in it. */
export interface Badge {
  label: string;
  text: string;
}

/** The rank of a team, or of the leader. Nobody learns more of a team that isn't ranked. */
export function badgeOf(
  { challengeTitle, entries }: Pick<LeaderboardView, 'challengeTitle' | 'entries'>,
  team: string | undefined,
): Badge {
  const entry = team === undefined ? entries[0] : entries.find(({ teamSlug }) => teamSlug === team);
  if (!entry) return { label: challengeTitle, text: team === undefined ? 'no entries yet' : 'not ranked' };
  const rank = `rank ${formatRankRange(entry.rankRange)} of ${entries.length}`;
  return { label: challengeTitle, text: team === undefined ? `leader: ${entry.teamName}` : rank };
}

/**
 * A badge for a README: two fields of text on one line. It is an SVG without scripts, styles, fonts or links, so that
 * any site can show it as a picture.
 */
export function drawBadge(badge: Badge): string {
  const label = fieldOf(badge.label);
  const text = fieldOf(badge.text);
  const width = label.width + text.width;
  const title = escapeMarkup(`${badge.label}: ${badge.text}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${HEIGHT}" rx="3" fill="#0a5c6b"/>`,
    `<path d="M3 0h${label.width - 3}v${HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#15191b"/>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    draw(label, 0),
    draw(text, label.width),
    '</g></svg>',
  ].join('');
}

interface Field {
  text: string;
  /** Of the text alone. */
  length: number;
  width: number;
}

function fieldOf(text: string): Field {
  const shown = shorten(text, MAX_CHARACTERS);
  const length = Math.ceil([...shown].length * CHARACTER);
  return { text: shown, length, width: length + 2 * PADDING };
}

function draw({ text, length }: Field, left: number): string {
  return `<text x="${left + PADDING}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escapeMarkup(text)}</text>`;
}
