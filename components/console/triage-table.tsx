import { shortSpan, spanMs } from '#components/format/time.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

type TriageEntry = OrganizerView['triage'][number];

/** Faults by whose side they are on, then by code; and the way to make good what ours have ended. */
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
          <SubmitButton pending="Queueing" className="btn">
            {view.platformFailures === 1
              ? 'Run the submission again'
              : `Run the ${view.platformFailures} again`}
          </SubmitButton>
          <span className="soft small">
            {view.platformFailures === 1 ? 'Its evaluation' : 'Their evaluations'} ended without a score by a
            fault of ours. A new attempt costs the {view.platformFailures === 1 ? 'team' : 'teams'} nothing,
            and closed phases take it too.
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
        <b id="triage">Table 6 | Triage.</b> n counts the submissions that a code stopped or cost a scan.
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
          <th scope="col">What it looks like</th>
          <th scope="col" className="num">
            Latest
          </th>
        </tr>
      </thead>
      <Group
        title="Platform faults: tried again by themselves, up to twenty times"
        entries={group('platform')}
        asOf={view.asOf}
      />
      <Group title="Team faults, one code each" entries={group('team')} asOf={view.asOf} />
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
            none so far
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
            <td className="num soft nowrap">{shortSpan(spanMs(entry.latestAt, asOf))}</td>
          </tr>
        ))
      )}
    </tbody>
  );
}
