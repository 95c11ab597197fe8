import Link from 'next/link';
import { formatShortSpan, spanMs } from '#components/format/time.ts';
import { listAddress } from '#components/ui/list-address.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { MAX_RERUNS, type OrganizerView, type TriageEntry } from '#lib/api/pages/organizer.ts';

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
      {view.viewerMay.rerun && view.platformFailures > 0 ? (
        <form action={rerun} className="rerun">
          <input type="hidden" name="challenge" value={view.challenge.slug} />
          <SubmitButton pending="Queuing" className="btn">
            {rerunLabel(view.platformFailures)}
          </SubmitButton>
          <span className="soft small">
            {view.platformFailures === 1 ? 'It' : `${view.platformFailures}`} failed because of a platform
            error. A rerun doesn’t use quota and also works in closed phases.
          </span>
        </form>
      ) : null}
    </>
  );
}

function rerunLabel(failures: number): string {
  if (failures === 1) return 'Rerun submission';
  return failures > MAX_RERUNS
    ? `Rerun the oldest ${MAX_RERUNS} submissions`
    : `Rerun ${failures} submissions`;
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
        view={view}
      />
      <Group title="Submission errors" entries={group('team')} view={view} />
    </table>
  );
}

function Group({
  title,
  entries,
  view: { asOf, challenge },
}: {
  title: string;
  entries: readonly TriageEntry[];
  view: OrganizerView;
}) {
  const list = `/organize/${challenge.slug}/submissions`;
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
              <Link href={listAddress(list, { code: entry.code })} prefetch={false}>
                {entry.code}
              </Link>
            </th>
            <td className="num" data-l="n">
              {entry.count}
            </td>
            <td className="pad anywhere">{formatTeams(entry)}</td>
            <td className="soft line">{entry.meaning}</td>
            <td className="num soft nowrap">{formatShortSpan(spanMs(entry.latestAt, asOf))} ago</td>
          </tr>
        ))
      )}
    </tbody>
  );
}

/** "Deep Water, North Neuro and 12 more" */
function formatTeams({ teams, teamCount }: TriageEntry): string {
  const more = teamCount - teams.length;
  return more > 0 ? `${teams.join(', ')} and ${more} more` : teams.join(', ');
}
