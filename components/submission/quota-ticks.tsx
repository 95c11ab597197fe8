import { LocalTime } from '#components/challenge/local-time.tsx';
import { formatLongSpan, spanMs, utcClockNear, zonedDay } from '#components/format/time.ts';
import type { PhaseSummary, QuotaView } from '#lib/api/phases.ts';
import { quotaLeft } from '#lib/domain/phases/quota/quota.ts';
import { describeUsedUp } from '#lib/domain/phases/quota/used-up.ts';

const MAX_TICKS = 60;

/** The quota as one tick per submission: used, this one, left. */
export function QuotaTicks({
  quota,
  phase,
  asOf,
  countsToday,
  countsInPhase,
}: {
  quota: QuotaView;
  phase: Pick<PhaseSummary, 'closesAt' | 'zone'>;
  asOf: string;
  /** This submission counts against today’s quota. */
  countsToday: boolean;
  /** This submission counts against the phase’s quota. */
  countsInPhase: boolean;
}) {
  const { today: leftToday, total: leftTotal } = quotaLeft(quota);
  const { rolling, atOnce } = quota;
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
      {rolling ? (
        <li>
          <span className="head">
            <b>
              Any {rolling.hours} h: {Math.max(0, rolling.limit - rolling.used)} of {rolling.limit} left
            </b>
            {rolling.freeAt ? (
              <span className="muted">
                next in {formatLongSpan(spanMs(asOf, rolling.freeAt))}, {utcClockNear(rolling.freeAt, asOf)}{' '}
                UTC
              </span>
            ) : null}
          </span>
          <Ticks of={rolling.limit} used={rolling.used} includesThis={false} />
        </li>
      ) : null}
      {atOnce ? (
        <li>
          <span className="head">
            <b>
              At once: {Math.max(0, atOnce.limit - atOnce.unfinished)} of {atOnce.limit} left
            </b>
            <span className="muted">waiting or running</span>
          </span>
          <Ticks of={atOnce.limit} used={atOnce.unfinished} includesThis={false} />
        </li>
      ) : null}
      <li>
        <span className="head">
          <b>
            Phase: {leftTotal} of {quota.total} left
          </b>
          <span className="muted">until {zonedDay(phase.closesAt, phase.zone)}</span>
        </span>
        <Ticks of={quota.total} used={quota.usedTotal} includesThis={countsInPhase} />
      </li>
    </ul>
  );
}

/** What keeps the team from submitting now, and when it can again. */
export function UsedUpNote({ quota, closesAt, asOf }: { quota: QuotaView; closesAt: string; asOf: string }) {
  if (!quota.usedUp) return null;
  const { limit, at } = quota.usedUp;
  return (
    <p className="hint">
      {describeUsedUp(quota, limit)}{' '}
      {limit === 'atOnce' ? 'You can submit again as soon as one has ended or is cancelled.' : null}
      {at === null ? null : (
        <>
          You can submit again from <time dateTime={at}>{utcClockNear(at, asOf)} UTC</time>
          <span className="scripted">
            {' '}
            (<LocalTime iso={at} /> in your time zone)
          </span>
          {asOf < closesAt && at >= closesAt ? ', after the phase has closed.' : '.'}
        </>
      )}
    </p>
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
