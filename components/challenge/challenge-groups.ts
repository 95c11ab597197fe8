import type { ChallengeSummary } from '#lib/api/challenges.ts';

export interface ChallengeGroup {
  state: 'open' | 'coming' | 'ended';
  title: string;
  challenges: ChallengeSummary[];
}

const TITLES = { open: 'Open now', coming: 'Coming', ended: 'Ended' } as const;
const FAR = '9999';

/**
 * Challenges by state: open ones by the deadline that comes first, coming ones by their opening, ended ones by how
 * lately they ended. A state without any is left out.
 */
export function groupChallenges(challenges: readonly ChallengeSummary[]): ChallengeGroup[] {
  const groups = Map.groupBy(challenges, stateOf);
  return (['open', 'coming', 'ended'] as const).flatMap((state) => {
    const members = groups.get(state);
    if (!members) return [];
    const key = { open: nextDeadline, coming: firstOpening, ended: lastDeadline }[state];
    const sign = state === 'ended' ? -1 : 1;
    const sorted = members.toSorted((a, b) => sign * compare(key(a), key(b)));
    return [{ state, title: TITLES[state], challenges: sorted }];
  });
}

/** Challenges whose title, question or slug has the text. */
export function searchChallenges(challenges: readonly ChallengeSummary[], text: string): ChallengeSummary[] {
  const wanted = text.trim().toLowerCase();
  return challenges.filter(({ title, question, slug }) =>
    [title, question, slug].some((one) => one.toLowerCase().includes(wanted)),
  );
}

function stateOf({ phases }: ChallengeSummary): ChallengeGroup['state'] {
  if (phases.some(({ status }) => status === 'open')) return 'open';
  // One between two phases goes on; one without phases hasn't begun.
  return phases.length === 0 || phases.some(({ status }) => status === 'upcoming') ? 'coming' : 'ended';
}

function nextDeadline({ phases }: ChallengeSummary): string {
  const open = phases.filter(({ status }) => status === 'open').map(({ closesAt }) => closesAt);
  return open.sort()[0] ?? FAR;
}

function firstOpening({ phases }: ChallengeSummary): string {
  const upcoming = phases.filter(({ status }) => status === 'upcoming').map(({ opensAt }) => opensAt);
  return upcoming.sort()[0] ?? FAR;
}

function lastDeadline({ phases }: ChallengeSummary): string {
  return phases
    .map(({ closesAt }) => closesAt)
    .sort()
    .at(-1)!;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
