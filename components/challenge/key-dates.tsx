import { utcClock, utcDate } from '#components/format/time.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { counted } from '#lib/domain/units.ts';
import { LocalTime, ZoneName } from './local-time.tsx';

interface KeyDate {
  key: string;
  event: string;
  at: string;
  note: string;
}

/** The opening and closing of each phase in chronological order, with what teams need to know. */
export function keyDates(phases: readonly PhaseSummary[], rules: readonly PhaseRules[]): KeyDate[] {
  const dates = phases.flatMap((phase): KeyDate[] => {
    const rule = rules.find((entry) => entry.phaseSlug === phase.slug);
    const quota = rule
      ? `${counted(rule.submissionsPerDay, 'submission')} per day, ${rule.submissionsTotal} in total`
      : '';
    return [
      { key: `${phase.slug} opens`, event: `${phase.title} opens`, at: phase.opensAt, note: quota },
      {
        key: `${phase.slug} closes`,
        event: `${phase.title} closes`,
        at: phase.closesAt,
        note: phase.kind === 'HIDDEN' ? 'running submissions are still scored' : 'logs stay available',
      },
    ];
  });
  return dates.sort((a, b) => a.at.localeCompare(b.at));
}

export function KeyDates({ dates, asOf }: { dates: readonly KeyDate[]; asOf: string }) {
  return (
    <table className="plain stackable key-dates">
      <caption className="vh">Key dates</caption>
      <thead>
        <tr>
          <th scope="col">Event</th>
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
            <td data-l="UTC">
              <time dateTime={date.at}>
                {utcDate(date.at)}, {utcClock(date.at)}
              </time>
            </td>
            <td className="soft scripted" data-l="local">
              <LocalTime iso={date.at} />
            </td>
            <td className="soft">{date.at < asOf ? 'past' : date.note}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
