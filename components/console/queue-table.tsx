import Link from 'next/link';
import { formatShortSpan, spanMs } from '#components/format/time.ts';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

/** Waiting evaluations by phase, with their place among all evaluations that share the runners. */
export function QueueTable({ view }: { view: OrganizerView }) {
  const { queue, queueLength } = view;
  const running = view.runners.filter(({ evaluation }) => evaluation).length;
  const elsewhere = queueLength - queue.length;
  return (
    <table className="plain queue">
      <caption>
        <b id="queue">Table 3 | Queue.</b> {queue.length} waiting, {running} running
        {elsewhere > 0 ? `; ${elsewhere} from other challenges waiting for the same runners` : ''}.
      </caption>
      <thead>
        <tr>
          <th scope="col" className="num place">
            Place
          </th>
          <th scope="col" className="pad">
            Team
          </th>
          <th scope="col" className="num">
            Waiting
          </th>
        </tr>
      </thead>
      {queue.length === 0 ? (
        <tbody>
          <tr className="nothing">
            <td colSpan={3}>The queue is empty.</td>
          </tr>
        </tbody>
      ) : (
        [...Map.groupBy(queue, ({ phaseSlug }) => phaseSlug)].map(([slug, entries]) => (
          <PhaseQueue key={slug} view={view} slug={slug} entries={entries} />
        ))
      )}
    </table>
  );
}

function PhaseQueue({
  view,
  slug,
  entries,
}: {
  view: OrganizerView;
  slug: string;
  entries: OrganizerView['queue'];
}) {
  const waits = (entry: OrganizerView['queue'][number]) =>
    formatShortSpan(spanMs(entry.createdAt, view.asOf));
  const oldest = entries.reduce((first, entry) => (entry.createdAt < first.createdAt ? entry : first));
  const isUnserved = view.unserved.some(({ phaseSlug }) => phaseSlug === slug);
  return (
    <tbody>
      <tr className="grouphead">
        <th scope="rowgroup" colSpan={3}>
          {oldest.phaseTitle}{' '}
          <span className="muted">
            {entries.length} waiting, the oldest for {waits(oldest)}
          </span>
          {isUnserved ? <span className="warn">; no runner supports this phase</span> : null}
        </th>
      </tr>
      {entries.map((entry) => (
        <tr key={entry.evaluationId}>
          <td className="num">{entry.place}</td>
          <th scope="row" className="pad">
            <Link className="quiet" href={`/submissions/${entry.submissionId}`} prefetch={false}>
              {entry.teamName}
            </Link>
          </th>
          <td className="num soft">{waits(entry)}</td>
        </tr>
      ))}
    </tbody>
  );
}
