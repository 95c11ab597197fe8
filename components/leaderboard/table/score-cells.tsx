import { decimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { formatScore } from '#components/format/quantity.ts';
import { utcDateTime, utcDay } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { Whisker } from './whisker.tsx';

/** What entries and baselines have in common: their scores and when they were submitted. */

interface Score {
  value: number | null;
  interval: [number, number] | null;
  /** Left out for a baseline. */
  rank?: number | null;
}

interface ScoreProps {
  leaderboard: LeaderboardView;
  scores: readonly Score[];
}

/** The primary metric as a number and on the axis. */
export function PrimaryCells({ leaderboard, scores: [primary], series }: ScoreProps & { series: number }) {
  const decimals = decimalsShown(leaderboard.metrics[0]!, leaderboard.decimals);
  const interval = primary?.interval ?? null;
  const spoken = interval
    ? `95% interval ${formatScore(interval[0], decimals)} to ${formatScore(interval[1], decimals)}`
    : 'no interval';
  return (
    <>
      <td className="c-primary num">{formatScore(primary?.value ?? null, decimals)}</td>
      <td className="c-whisker">
        <Whisker
          axis={leaderboard.axis}
          value={primary?.value ?? null}
          interval={interval}
          series={series}
          label={spoken}
        />
      </td>
    </>
  );
}

export function OtherMetrics({ leaderboard, scores }: ScoreProps) {
  return leaderboard.metrics.slice(1).map((metric, index) => {
    const score = scores[index + 1];
    const unit = unitOf(metric);
    return (
      <td
        key={metric.metric}
        className={metric.weight > 0 ? 'num c-metric' : 'num c-metric unranked soft'}
        data-l={`${shortLabel(metric)} ${direction(metric)}${unit ? ` ${unit}` : ''}`}
      >
        {formatScore(score?.value ?? null, decimalsShown(metric, leaderboard.decimals))}
        <span className="metric-rank">
          {metric.weight > 0 && score?.rank ? (
            <>
              <span className="vh">, rank </span>
              {score.rank}
            </>
          ) : null}
        </span>
      </td>
    );
  });
}

export function FailedCell({ failed, submissionId }: { failed: number; submissionId: string }) {
  return (
    <td className="num c-failed" data-l="Failed">
      {failed > 0 ? (
        <PlainLink className="fails" href={`/submissions/${submissionId}`}>
          {failed}
          <span className="vh"> failed cases, see the submission</span>
        </PlainLink>
      ) : (
        <span className="muted">0</span>
      )}
    </td>
  );
}

export function DateCell({ submittedAt }: { submittedAt: string }) {
  return (
    <td className="num c-date soft">
      <time dateTime={submittedAt} title={utcDateTime(submittedAt)}>
        {utcDay(submittedAt)}
      </time>
    </td>
  );
}
