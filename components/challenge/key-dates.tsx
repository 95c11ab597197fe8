import { utcClock, utcDate } from '#components/format/time.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { counted } from '#lib/domain/units.ts';
import { LocalTime, ZoneName } from './local-time.tsx';

interface KeyDate {
  key: string;
  what: string;
  at: string;
  todo: string;
}

/** What happens when, and what a team does about it, in the order of time. */
export function keyDates(phases: readonly PhaseSummary[], rules: readonly PhaseRules[]): KeyDate[] {
  const dates = phases.flatMap((phase): KeyDate[] => {
    const rule = rules.find((entry) => entry.phaseSlug === phase.slug);
    const quota = rule
      ? `${counted(rule.submissionsPerDay, 'submission')} a day, ${rule.submissionsTotal} in all`
      : '';
    return [
      { key: `${phase.slug} opens`, what: `${phase.title} opens`, at: phase.opensAt, todo: quota },
      {
        key: `${phase.slug} closes`,
        what: `${phase.title} closes`,
        at: phase.closesAt,
        todo: phase.kind === 'HIDDEN' ? 'what runs then is still scored' : 'logs stay readable',
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
          <th scope="col">What</th>
          <th scope="col">UTC</th>
          <th scope="col" className="scripted">
            Your zone
            <ZoneName />
          </th>
          <th scope="col">What to know</th>
        </tr>
      </thead>
      <tbody>
        {dates.map((date) => (
          <tr key={date.key} className={date.at < asOf ? 'past' : undefined}>
            <th scope="row">{date.what}</th>
            <td data-l="UTC">
              <time dateTime={date.at}>
                {utcDate(date.at)}, {utcClock(date.at)}
              </time>
            </td>
            <td className="soft scripted" data-l="yours">
              <LocalTime iso={date.at} />
            </td>
            <td className="soft">{date.at < asOf ? 'past' : date.todo}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
