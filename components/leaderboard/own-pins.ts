'use client';

import { useEffect, useState } from 'react';
import { useOwnTeams } from '#components/site/reader.tsx';
import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { MAX_PINS } from '#lib/api/pages/leaderboard-pins.ts';

/**
 * The leaderboard with the reader’s own teams pinned, which the server leaves to the browser because it renders one
 * page for all readers. Entries of other pages are requested as a visitor would: the leaderboard is public.
 *
 * @param pin as it stands in the address. Teams that are pinned there replace the reader’s own.
 */
export function useOwnPins(leaderboard: LeaderboardPageView, pin: string | undefined): LeaderboardPageView {
  const ownTeams = useOwnTeams();
  const own = pin === undefined ? ownTeams : [];
  const { challengeSlug, phase, stratum, entries } = leaderboard;
  const missing = own.filter((slug) => !entries.some(({ teamSlug }) => teamSlug === slug));
  const kept = stratum === null ? {} : { stratum };
  const others = useEntries(challengeSlug, phase.slug, { ...kept, team: missing.join(',') });
  if (own.length === 0) return leaderboard;
  const known = new Map([...entries, ...others].map((entry) => [entry.teamSlug, entry]));
  const pins = own.filter((slug) => known.has(slug)).slice(0, MAX_PINS);
  const pinned = pins.flatMap((slug) => (missing.includes(slug) ? [known.get(slug)!] : []));
  return { ...leaderboard, pins, pinned };
}

const NONE: readonly LeaderboardEntry[] = [];

/** The entries of some teams; none until they are there, or if they can’t be read. */
function useEntries(
  challenge: string,
  phase: string,
  asked: { stratum?: string; team: string },
): readonly LeaderboardEntry[] {
  const query = new URLSearchParams(asked);
  const address =
    asked.team !== '' ? `/api/v1/challenges/${challenge}/phases/${phase}/leaderboard?${query}` : null;
  const [read, setRead] = useState<{ address: string; entries: readonly LeaderboardEntry[] } | null>(null);
  useEffect(() => {
    if (address === null) return undefined;
    const leaving = new AbortController();
    fetch(address, { credentials: 'omit', signal: leaving.signal })
      .then(async (response) => {
        if (!response.ok) return;
        const { entries } = (await response.json()) as LeaderboardView;
        setRead({ address, entries });
      })
      // The page is complete without them.
      .catch(() => undefined);
    return () => leaving.abort();
  }, [address]);
  return read !== null && read.address === address ? read.entries : NONE;
}
