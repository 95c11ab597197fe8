import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';

/** In place of a sealed leaderboard: when it appears. */
export function SealedResults({ leaderboard: { phase } }: { leaderboard: LeaderboardView }) {
  return (
    <div className="empty">
      <p>
        <b>The results of {phase.title} are sealed.</b>
      </p>
      <p className="soft">
        The organizers reveal them after the phase has closed. Until then, nobody but them sees scores and
        ranks of this phase here.
      </p>
    </div>
  );
}

/** What a leaderboard leaves out for now. */
export function WithheldNote({ leaderboard }: { leaderboard: LeaderboardView }) {
  const { isSealed, heldBackCases, caseCount, stratum } = leaderboard;
  if (!isSealed && heldBackCases === 0) return null;
  return (
    <p className="soft">
      {isSealed
        ? 'Only organizers see this leaderboard: the results are sealed until you reveal them. '
        : null}
      {heldBackCases > 0 && stratum === null
        ? `Scores and ranks are over ${caseCount} of ${caseCount + heldBackCases} cases. The others are held back and count only in the final ranking.`
        : null}
      {heldBackCases > 0 && stratum !== null ? 'Held-back cases count only in the final ranking.' : null}
    </p>
  );
}
