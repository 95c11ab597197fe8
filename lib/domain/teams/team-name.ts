/** Maximum length of a team's name. */
export const MAX_TEAM_NAME_LENGTH = 60;

/** The recommended scripts of UAX #31, table 5: those that people write in today. */
const SCRIPTS = [
  'Latin',
  'Arabic',
  'Armenian',
  'Bengali',
  'Bopomofo',
  'Cyrillic',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Han',
  'Hangul',
  'Hebrew',
  'Hiragana',
  'Kannada',
  'Katakana',
  'Khmer',
  'Lao',
  'Malayalam',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
] as const;

/** Scripts that may stand together: the level "highly restrictive" of UTS #39, 5.2. */
const COMBINATIONS: readonly (readonly string[])[] = [
  ...SCRIPTS.map((script) => [script]),
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

/** Matches names in these scripts, with digits, signs and accents, which belong to no single script. */
const PATTERNS = COMBINATIONS.map((scripts) => {
  const classes = [...scripts, 'Common', 'Inherited'].map((script) => `\\p{Script_Extensions=${script}}`);
  return new RegExp(`^[${classes.join('')}]*$`, 'u');
});

/**
 * Letters and digits in a style, which look like plain ones: 𝐌, Ⓜ, Ｍ, ﬁ, ①. Raised and lowered digits stay, as in
 * U²-Net.
 */
const STYLED = /^(?![\u00B2\u00B3\u00B9\u2070-\u209C])[\p{L}\p{N}\u24B6-\u24E9\u{1F110}-\u{1F189}]$/u;

/** A letter that belongs to a script. */
const LETTER = /(?![\p{Script=Common}\p{Script=Inherited}])\p{L}/u;

/**
 * What makes a team's name look like another one, and what to do; null if nothing does. Takes a name without other
 * problems (names/visible-name.ts). UTS #39 defines which scripts mix without confusion.
 */
export function teamNameProblem(name: string): string | null {
  const styled = [...name].find((character) => plainForm(character) !== null);
  if (styled) return `Use plain letters and digits: “${plainForm(styled)}” instead of “${styled}”.`;
  if (PATTERNS.some((pattern) => pattern.test(name))) return null;
  const letters = [...name].filter((character) => LETTER.test(character));
  const scripts = letters.map(scriptOf);
  const unknown = letters[scripts.indexOf(null)];
  if (unknown) return `Use letters of a script in common use: “${unknown}” isn’t one.`;
  const main = mostFrequent(scripts);
  const other = letters.find((_, index) => scripts[index] !== main);
  if (!other) return 'Use letters and digits of one script.';
  return `Use letters of one script: “${other}” is ${scriptOf(other)}, and most letters are ${main}.`;
}

/** "Université de Montréal" → "universite-de-montreal". */
export function teamSlug(name: string): string {
  return foldName(name).slice(0, MAX_TEAM_NAME_LENGTH).replace(/-+$/, '');
}

/** The letters and digits of a name, without case and accents. */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

/** The plain letters that a styled character stands for; null for a plain character. */
function plainForm(character: string): string | null {
  const plain = character.normalize('NFKC');
  const isStyled = STYLED.test(character) && plain !== character.normalize('NFC');
  return isStyled && /^[A-Za-z0-9()]+$/.test(plain) ? plain : null;
}

function scriptOf(letter: string): string | null {
  return SCRIPTS.find((script) => SCRIPT_PATTERNS[script].test(letter)) ?? null;
}

const SCRIPT_PATTERNS = Object.fromEntries(
  SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')]),
) as Record<(typeof SCRIPTS)[number], RegExp>;

function mostFrequent(values: readonly (string | null)[]): string | null {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0] ?? null;
}
