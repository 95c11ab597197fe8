import { longSpan, spanMs, utcDay } from '#components/format/time.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';

export type QuotaView = NonNullable<SubmissionView['quota']>;

const MAX_TICKS = 60;

/** One tick a submission: what is used, this one, what is left. */
export function QuotaTicks({
  quota,
  closesAt,
  asOf,
  mineToday,
  mineEver,
}: {
  quota: QuotaView;
  closesAt: string;
  asOf: string;
  /** This submission is one of today's. */
  mineToday: boolean;
  mineEver: boolean;
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
          <span className="muted">again in {longSpan(spanMs(asOf, quota.resetsAt))}, 00:00 UTC</span>
        </span>
        <Ticks of={quota.perDay} used={quota.usedToday} mine={mineToday} />
      </li>
      <li>
        <span className="head">
          <b>
            Phase: {leftTotal} of {quota.total} left
          </b>
          <span className="muted">until {utcDay(closesAt)}</span>
        </span>
        <Ticks of={quota.total} used={quota.usedTotal} mine={mineEver} />
      </li>
    </ul>
  );
}

function Ticks({ of, used, mine }: { of: number; used: number; mine: boolean }) {
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
        const className = index >= used ? undefined : mine && index === used - 1 ? 'mine' : 'used';
        // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its place
        return <i key={index} className={className} />;
      })}
    </span>
  );
}
