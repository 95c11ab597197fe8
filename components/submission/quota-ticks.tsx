import { formatLongSpan, spanMs, utcDay } from '#components/format/time.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';

export type QuotaView = NonNullable<SubmissionView['quota']>;

const MAX_TICKS = 60;

/** The quota as one tick per submission: used, this one, left. */
export function QuotaTicks({
  quota,
  closesAt,
  asOf,
  countsToday,
  countsInPhase,
}: {
  quota: QuotaView;
  closesAt: string;
  asOf: string;
  /** This submission counts against today’s quota. */
  countsToday: boolean;
  /** This submission counts against the phase’s quota. */
  countsInPhase: boolean;
}) {
  const leftTotal = Math.max(0, quota.total - quota.usedTotal);
  const leftToday = Math.min(Math.max(0, quota.perDay - quota.usedToday), leftTotal);
  return (
    <ul className="facts">
      <li>
        <span className="head">
          <b>
            Today: {leftToday} of {quota.perDay} left
          </b>
          <span className="muted">resets in {formatLongSpan(spanMs(asOf, quota.resetsAt))}, 00:00 UTC</span>
        </span>
        <Ticks of={quota.perDay} used={quota.usedToday} includesThis={countsToday} />
      </li>
      <li>
        <span className="head">
          <b>
            Phase: {leftTotal} of {quota.total} left
          </b>
          <span className="muted">until {utcDay(closesAt)}</span>
        </span>
        <Ticks of={quota.total} used={quota.usedTotal} includesThis={countsInPhase} />
      </li>
    </ul>
  );
}

function Ticks({ of, used, includesThis }: { of: number; used: number; includesThis: boolean }) {
  if (of > MAX_TICKS) {
    return (
      <span className="ticks share" aria-hidden="true">
        <i className="used" style={{ flex: used }} />
        <i style={{ flex: Math.max(0, of - used) }} />
      </span>
    );
  }
  return (
    <span className="ticks" aria-hidden="true">
      {Array.from({ length: of }, (_, index) => {
        const className = index >= used ? undefined : includesThis && index === used - 1 ? 'this' : 'used';
        // biome-ignore lint/suspicious/noArrayIndexKey: ticks have no identity but their position
        return <i key={index} className={className} />;
      })}
    </span>
  );
}
