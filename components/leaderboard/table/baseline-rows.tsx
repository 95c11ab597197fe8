import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardBaseline, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { DateCell, FailedCell, OtherMetrics, PrimaryCells } from './score-cells.tsx';

/** The organizers' baselines at the end of the leaderboard: rows without a rank. */
export function BaselineRows({ leaderboard, columns }: { leaderboard: LeaderboardView; columns: number }) {
  const { baselines } = leaderboard;
  if (baselines.length === 0) return null;
  return (
    <tbody className="baselines">
      <tr className="group">
        <th colSpan={columns} scope="rowgroup">
          Baselines of the organizers, not ranked
        </th>
      </tr>
      {baselines.map((baseline) => (
        <BaselineRow key={baseline.submissionId} leaderboard={leaderboard} baseline={baseline} />
      ))}
    </tbody>
  );
}

function BaselineRow({
  leaderboard,
  baseline: { name, algorithm, submissionId, scores, failed, submittedAt },
}: {
  leaderboard: LeaderboardView;
  baseline: LeaderboardBaseline;
}) {
  return (
    <tr>
      <td className="c-tier" />
      <td className="rank">
        <span className="unit">Baseline</span>
      </td>
      <th scope="row" className="c-team">
        <span className="team">
          <span className="pin" />
          <span className="who">
            <span className="nm">
              <PlainLink className="quiet" href={`/submissions/${submissionId}`}>
                {name}
              </PlainLink>
            </span>
            <span className="algorithm" title={algorithm}>
              {algorithm}
            </span>
          </span>
        </span>
      </th>
      <PrimaryCells leaderboard={leaderboard} scores={scores} series={0} />
      <OtherMetrics leaderboard={leaderboard} scores={scores} />
      <td className="num c-mean-rank muted">–</td>
      <FailedCell failed={failed} submissionId={submissionId} />
      <td className="num c-submissions muted">–</td>
      <DateCell submittedAt={submittedAt} />
    </tr>
  );
}
