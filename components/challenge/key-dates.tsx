import { utcClock, utcDate, zonedDateTime } from '#components/format/time.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import type { ChallengeDate } from '#lib/domain/challenges/links.ts';
import { counted } from '#lib/domain/units.ts';
import { UTC } from '#lib/domain/zones.ts';
import { LocalTime, ZoneName } from './local-time.tsx';

interface KeyDate {
  key: string;
  event: string;
  at: string;
  /** Of the phase. */
  zone: string;
  note: string;
  /** The time doesn't count. */
  isDay?: true;
}

/** The opening and closing of each phase and further days, in chronological order, with what teams need to know. */
export function keyDates(
  phases: readonly PhaseSummary[],
  rules: readonly PhaseRules[],
  further: readonly ChallengeDate[] = [],
): KeyDate[] {
  const days = further.map(({ date, label }): KeyDate => {
    // Past once the day is over everywhere.
    return {
      key: `${date} ${label}`,
      event: label,
      at: `${date}T23:59:59.999Z`,
      zone: UTC,
      note: '',
      isDay: true,
    };
  });
  const dates = phases.flatMap((phase): KeyDate[] => {
    const rule = rules.find((entry) => entry.phaseSlug === phase.slug);
    const quota = rule
      ? `${counted(rule.submissionsPerDay, 'submission')} per day, ${rule.submissionsTotal} in total`
      : '';
    const until = phase.late?.until ?? null;
    return [
      {
        key: `${phase.slug} opens`,
        event: `${phase.title} opens`,
        at: phase.opensAt,
        zone: phase.zone,
        note: quota,
      },
      {
        key: `${phase.slug} closes`,
        event: `${phase.title} closes`,
        at: phase.closesAt,
        zone: phase.zone,
        note: phase.kind === 'HIDDEN' ? 'running submissions are still scored' : 'logs stay available',
      },
      ...(until === null
        ? []
        : [
            {
              ...{ key: `${phase.slug} late`, event: `${phase.title}, last late submissions` },
              ...{ at: until, zone: phase.zone, note: 'scored, but not ranked' },
            },
          ]),
    ];
  });
  return [...dates, ...days].sort((a, b) => a.at.localeCompare(b.at));
}

/** Where a phase announces its dates in another zone than UTC, that comes first. */
export function KeyDates({ dates, asOf }: { dates: readonly KeyDate[]; asOf: string }) {
  const isZoned = dates.some(({ zone }) => zone !== UTC);
  return (
    <table className="plain stackable key-dates">
      <caption className="vh">Key dates</caption>
      <thead>
        <tr>
          <th scope="col">Event</th>
          {isZoned ? <th scope="col">As announced</th> : null}
          <th scope="col">UTC</th>
          <th scope="col" className="scripted">
            Your time zone
            <ZoneName />
          </th>
          <th scope="col">Notes</th>
        </tr>
      </thead>
      <tbody>
        {dates.map((date) => (
          <tr key={date.key} className={date.at < asOf ? 'past' : undefined}>
            <th scope="row">{date.event}</th>
            {isZoned ? (
              <td data-l="announced">
                {date.isDay ? (
                  utcDate(date.at)
                ) : (
                  <time dateTime={date.at}>{zonedDateTime(date.at, date.zone)}</time>
                )}
              </td>
            ) : null}
            <td className={isZoned ? 'soft' : undefined} data-l="UTC">
              <time dateTime={date.isDay ? date.at.slice(0, 10) : date.at}>
                {utcDate(date.at)}
                {date.isDay ? null : `, ${utcClock(date.at)}`}
              </time>
            </td>
            <td className="soft scripted" data-l="local">
              {date.isDay ? null : <LocalTime iso={date.at} />}
            </td>
            <td className="soft">{date.at < asOf ? 'past' : date.note}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
