import { expect, test } from 'vitest';
import { groupChallenges, searchChallenges } from '#components/challenge/challenge-groups.ts';
import type { ChallengeSummary } from '#lib/api/challenges.ts';

type Status = 'upcoming' | 'open' | 'closed';

function challenge(slug: string, phases: [Status, opensAt: string, closesAt: string][]): ChallengeSummary {
  return {
    ...{ slug, title: `Title of ${slug}`, question: 'Who finds them?', synthetic: false },
    ...{ teamCount: 0, leaders: null },
    phases: phases.map(([status, opensAt, closesAt]) => ({ status, opensAt, closesAt })),
  } as unknown as ChallengeSummary;
}

const CHALLENGES = [
  challenge('ended-early', [['closed', '2025-01', '2025-02']]),
  challenge('open-late', [['open', '2026-01', '2026-12']]),
  challenge('without-phases', []),
  challenge('between', [
    ['closed', '2026-01', '2026-02'],
    ['upcoming', '2026-09', '2026-10'],
  ]),
  challenge('open-soon', [
    ['open', '2026-01', '2026-06'],
    ['upcoming', '2026-07', '2026-08'],
  ]),
  challenge('ended-late', [['closed', '2025-01', '2025-12']]),
];
const slugsOf = (challenges: readonly ChallengeSummary[]) => challenges.map(({ slug }) => slug);

test('challenges are grouped by state, the next deadline, the next opening and the latest end first', () => {
  const groups = groupChallenges(CHALLENGES);
  expect(groups.map(({ title, challenges }) => [title, slugsOf(challenges)])).toEqual([
    ['Open now', ['open-soon', 'open-late']],
    ['Coming', ['between', 'without-phases']],
    ['Ended', ['ended-late', 'ended-early']],
  ]);
  expect(groupChallenges([])).toEqual([]);
});

test('a search finds titles, questions and slugs in any case', () => {
  expect(slugsOf(searchChallenges(CHALLENGES, ' ENDED-'))).toEqual(['ended-early', 'ended-late']);
  expect(searchChallenges(CHALLENGES, 'finds them')).toHaveLength(CHALLENGES.length);
  expect(searchChallenges(CHALLENGES, 'nothing')).toEqual([]);
});
