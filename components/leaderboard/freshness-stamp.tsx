'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { utcDateTime } from '#components/format/time.ts';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';

const POLL_MS = 5000;
/** Many readers see a change at once; they don't all ask for the page in the same moment. */
const SPREAD_MS = 1500;

type Stamped = Pick<
  LeaderboardView,
  'challengeSlug' | 'phase' | 'stratum' | 'revision' | 'updatedAt' | 'asOf'
>;

/**
 * When the leaderboard is from. It asks whether there is a new ranking while the page is visible, and then shows that
 * ranking in place.
 */
export function FreshnessStamp({ leaderboard }: { leaderboard: Stamped }) {
  const { challengeSlug, phase, stratum, revision, updatedAt, asOf } = leaderboard;
  const part = stratum === null ? '' : `&stratum=${stratum}`;
  const { checkedAt, isOffline } = useNewRankings(
    `/api/v1/challenges/${challengeSlug}/phases/${phase.slug}/leaderboard?limit=1${part}`,
    revision,
  );
  const later = checkedAt !== null && checkedAt > asOf ? checkedAt : asOf;
  return (
    <p className="stamp">
      As of {utcDateTime(later)}
      {updatedAt ? ` · latest score ${utcDateTime(updatedAt)}` : ''}
      <span className="nowrap" role="status">
        {isOffline ? ' · not connected, retrying' : ''}
      </span>
    </p>
  );
}

/** Shows the page again when the ranking at `address` has another revision. */
function useNewRankings(address: string, revision: string) {
  const router = useRouter();
  const [checkedAt, setCheckedAt] = useState<string | null>(null);
  const [isOffline, setIsOffline] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const check = async () => {
      const current =
        document.visibilityState === 'visible' ? await readStamp(address, leaving.signal) : null;
      if (leaving.signal.aborted) return;
      if (current === 'failed') setIsOffline(true);
      else if (current) {
        setIsOffline(false);
        setCheckedAt(current.asOf);
      }
      const isNew = current !== null && current !== 'failed' && current.revision !== revision;
      if (isNew) timer = setTimeout(() => router.refresh(), Math.random() * SPREAD_MS);
      else timer = setTimeout(check, POLL_MS);
    };
    timer = setTimeout(check, POLL_MS);
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [address, revision, router]);
  return { checkedAt, isOffline };
}

async function readStamp(
  address: string,
  signal: AbortSignal,
): Promise<Pick<LeaderboardView, 'revision' | 'asOf'> | 'failed'> {
  try {
    const response = await fetch(address, { credentials: 'omit', signal });
    return response.ok ? ((await response.json()) as LeaderboardView) : 'failed';
  } catch {
    return 'failed';
  }
}
