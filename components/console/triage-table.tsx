import { formatShortSpan, spanMs } from '#components/format/time.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

type TriageEntry = OrganizerView['triage'][number];

/** Errors by kind and code, and the form that reruns what platform errors have ended. */
export function TriageTable({
  view,
  rerun,
}: {
  view: OrganizerView;
  rerun: (form: FormData) => Promise<void>;
}) {
  return (
    <>
      <Codes view={view} />
      {view.platformFailures > 0 ? (
        <form action={rerun} className="rerun">
          <input type="hidden" name="challenge" value={view.challenge.slug} />
          <SubmitButton pending="Queuing" className="btn">
            {view.platformFailures === 1 ? 'Rerun submission' : `Rerun ${view.platformFailures} submissions`}
          </SubmitButton>
          <span className="soft small">
            {view.platformFailures === 1 ? 'It' : 'They'} failed because of a platform error. A rerun doesn’t
            use quota and also works in closed phases.
          </span>
        </form>
      ) : null}
    </>
  );
}

function Codes({ view }: { view: OrganizerView }) {
  const group = (side: TriageEntry['side']) => view.triage.filter((entry) => entry.side === side);
  return (
    <table className="plain top stackable">
      <caption>
        <b id="triage">Table 6 | Triage.</b> n: submissions that failed, or have failed cases, with this code.
      </caption>
      <thead>
        <tr>
          <th scope="col" className="code-column">
            Code
          </th>
          <th scope="col" className="num count-column">
            n
          </th>
          <th scope="col" className="pad">
            Teams
          </th>
          <th scope="col">Meaning</th>
          <th scope="col" className="num">
            Latest
          </th>
        </tr>
      </thead>
      <Group
        title="Platform errors: retried automatically, up to 20 times"
        entries={group('platform')}
        asOf={view.asOf}
      />
      <Group title="Submission errors" entries={group('team')} asOf={view.asOf} />
    </table>
  );
}

function Group({ title, entries, asOf }: { title: string; entries: readonly TriageEntry[]; asOf: string }) {
  return (
    <tbody>
      <tr className="grouphead">
        <th scope="rowgroup" colSpan={5}>
          {title}
        </th>
      </tr>
      {entries.length === 0 ? (
        <tr>
          <td colSpan={5} className="muted">
            None.
          </td>
        </tr>
      ) : (
        entries.map((entry) => (
          <tr key={entry.code}>
            <th scope="row" className="mono small">
              {entry.code}
            </th>
            <td className="num" data-l="n">
              {entry.count}
            </td>
            <td className="pad">{entry.teams.join(', ')}</td>
            <td className="soft line">{entry.meaning}</td>
            <td className="num soft nowrap">{formatShortSpan(spanMs(entry.latestAt, asOf))} ago</td>
          </tr>
        ))
      )}
    </tbody>
  );
}
