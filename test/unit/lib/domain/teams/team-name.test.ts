import { expect, test } from 'vitest';
import { accountSchema } from '#lib/api/accounts.ts';
import { createTeamRequestSchema } from '#lib/api/teams/teams.ts';
import { parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { nameProblem, normalizeName } from '#lib/domain/names/visible-name.ts';
import { teamSkeleton } from '#lib/domain/teams/skeleton.ts';
import { teamNameProblem, teamSlug } from '#lib/domain/teams/team-name.ts';

function parse(name: string): string | null {
  const parsed = createTeamRequestSchema.safeParse({ name });
  return parsed.success ? parsed.data.name : null;
}

test.each([
  'Midline Lab',
  'Université de Montréal',
  'U²-Net 3.1 (ensemble)',
  'CO₂ & Friends – Zürich',
  'µLab',
  'Лаборатория 17',
  'Ομάδα Αθήνα',
  '東京大学 AI チーム',
  '国立台湾大学 ㄅㄆ Lab',
  '서울대 Brain 연구실',
  'فريق البحث',
  'צוות המחקר',
  'टीम दिल्ली',
  'ทีมวิจัย',
  'O’Neill’s team!',
  '🧠 Lesion hunters',
])('the name %s is accepted and stored as it is', (name) => {
  expect(parse(name)).toBe(name);
});

test.each([
  ['\u041Cidline Lab', 'Use letters of one script: “\u041C” is Cyrillic, and most letters are Latin.'],
  ['Midline L\u0430b', 'Use letters of one script: “\u0430” is Cyrillic, and most letters are Latin.'],
  ['\u0391lpha', 'Use letters of one script: “\u0391” is Greek, and most letters are Latin.'],
  ['Лабораторi', 'Use letters of one script: “i” is Latin, and most letters are Cyrillic.'],
  ['サーバー한국', 'Use letters of one script: “한” is Hangul, and most letters are Katakana.'],
  ['\u13A1olex', 'Use letters of a script in common use: “\u13A1” isn’t one.'],
  ['Team \u09EA', 'Use letters and digits of one script.'],
  ['\u{1D40C}idline', 'Use plain letters and digits: “M” instead of “\u{1D40C}”.'],
  ['\uFF2Didline', 'Use plain letters and digits: “M” instead of “\uFF2D”.'],
  ['\u216Fidline', 'Use plain letters and digits: “M” instead of “\u216F”.'],
  ['\u24C2idline', 'Use plain letters and digits: “M” instead of “\u24C2”.'],
  ['Team \u2460', 'Use plain letters and digits: “1” instead of “\u2460”.'],
])('the name %s is refused: %s', (name, message) => {
  expect(teamNameProblem(name)).toBe(message);
  expect(parse(name)).toBeNull();
});

/** A code point by its number, so that this file has no invisible characters. */
test.each([
  0x3164, 0x2800, 0x115f, 0x1160, 0xffa0, 0x034f, 0x00ad, 0x200b, 0x200d, 0x2060, 0xfeff, 0x061c, 0x200e,
  0x202e, 0x2066, 0x2069, 0x0007, 0x2028, 0x1d159, 0xe0041, 0xfff9, 0xfffc, 0xe000, 0x0378, 0x17b4, 0x180e,
])('a name that is or contains the invisible character U+%s is refused', (code) => {
  const character = String.fromCodePoint(code);
  for (const name of [character, `Mid${character}line`]) {
    expect(nameProblem(normalizeName(name)) ?? parse(name), JSON.stringify(name)).not.toBe(name);
    expect(parse(name), JSON.stringify(name)).toBeNull();
  }
});

test('spaces of every width become one space, and accents are composed', () => {
  expect(parse('  Midline\u00A0\u3000 Lab\u2003')).toBe('Midline Lab');
  expect(parse('Universite\u0301')).toBe('Université');
  expect(parse('I ❤\uFE0F scans')).toBe('I ❤ scans');
});

test.each(['', ' ', '—', '!!!', '\u0301a', `a${'\u0301'.repeat(6)}`])('%j is no name', (name) => {
  expect(parse(name)).toBeNull();
});

test.each([
  ['Midline Lab', 'MidIine Lab'],
  ['Midline Lab', 'Mid1ine Lab'],
  ['Midline Lab', 'Mid|ine Lab'],
  ['Midline Lab', 'midline-lab'],
  ['Midline Lab', 'rnidIine láb'],
  ['Midline Lab', 'M\u0131dline Lab'],
  ['modern', 'rnodern'],
  ['Team O', 'Team 0'],
  ['coco', '\u0441\u043E\u0441\u043E'],
  ['Soren', 'Søren'],
])('%s and %s look alike', (left, right) => {
  expect(teamSkeleton(left)).toBe(teamSkeleton(right));
});

test.each([
  ['Midline Lab', 'Midline Labs'],
  ['Team 2', 'Team 3'],
  ['東京', '京都'],
])('%s and %s don’t', (left, right) => {
  expect(teamSkeleton(left)).not.toBe(teamSkeleton(right));
});

test('slugs are lowercase words without accents', () => {
  expect(teamSlug('Université de Montréal')).toBe('universite-de-montreal');
  expect(teamSlug(`${'a'.repeat(59)} b`)).toBe('a'.repeat(59));
});

test.each([
  'Ada Lovelace',
  'José O’Neill-García',
  '王小明 (Wang Xiaoming)',
  'Иван Петров (Ivan Petrov)',
  'Ζωή Παππά',
])('a person may be called %s', (name) => {
  expect(accountSchema.shape.name.parse(name)).toBe(name);
});

test.each([
  ['\u0410da Lovelace', 'Use letters of one script: “\u0410” is Cyrillic, and most letters are Latin.'],
  ['Ada Love\u03BFlace', 'Use letters of one script: “\u03BF” is Greek, and most letters are Latin.'],
  ['\u{1D400}da', 'Use plain letters and digits: “A” instead of “\u{1D400}”.'],
  ['Ada \u3164', 'Use one line of visible characters.'],
  ['\u2800', 'Use one line of visible characters.'],
  ['\u{13441}', 'Use letters of a script in common use: “\u{13441}” isn’t one.'],
])('a person can’t be called %s: %s', (name, message) => {
  expect(parseOrDescribe(accountSchema.shape.name, name)).toMatchObject({
    success: false,
    problems: { '': message },
  });
});
