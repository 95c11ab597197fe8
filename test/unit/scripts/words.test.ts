import { describe, expect, test } from 'vitest';
import { FORBIDDEN_WORDS } from '#scripts/check/forbidden-words.ts';
import { findForbiddenWords } from '#scripts/check/words.ts';

/** One planted line for each entry of the list, in its order. */
const PLANTED = [
  'Found a team',
  'what a fault of ours has ended',
  'it is the team’s fault',
  'throw new TeamFault()',
  'throw new PlatformFault()',
  'requiresSecondWall: true',
  'a second wall',
  'under gVisor, or not at all',
  'kept for ever',
  'a container a scan',
  'under drawn ids',
  'lacksFor(phase)',
  'outlasts an outage',
  'hash agrees',
  'killed by nobody we know',
  'another does, a lease later',
  'MOST_TICKS = 3',
  'logs go to the organizers alone',
  'contractWords(rules)',
  'which submission is on the board',
  'what the page shows him',
];

describe('each forbidden word is found', () => {
  test.each(FORBIDDEN_WORDS.map(({ say }, index) => [PLANTED[index] ?? '', say]))('%s', (planted, say) => {
    expect(findForbiddenWords(`first line\n${planted}\n`)).toEqual([
      { line: 2, words: expect.any(String), say },
    ]);
  });
});

test('a word is found once where a line ends within it, also in a comment', () => {
  const text = ' * Nothing of it was the fault of the\n * platform, and nothing was a fault\n * of ours.\n';
  expect(findForbiddenWords(text).map(({ line, words }) => `${line} ${words}`)).toEqual([
    '1 fault of the platform',
    '2 fault of ours',
  ]);
});

test('a word may mean something else in some files', () => {
  expect(findForbiddenWords('the walls of the ventricles', 'examples/synthetic/anatomy/anatomy.ts')).toEqual(
    [],
  );
  expect(findForbiddenWords('walls around a container', 'runner/sandbox/sandbox.ts')).toHaveLength(1);
});

test('similar words aren’t reported', () => {
  const honest = [
    'We found the bug; the default of the phase; wall-clock time; wallTimeLimitSeconds',
    'A team’s default, the platform’s error, the keyboard, the leaderboard, the theme, other, then, this',
    'MOSTLY_HARMLESS, most of it, the hash of the archive, containers at once, a case',
  ];
  expect(findForbiddenWords(honest.join('\n'))).toEqual([]);
});
