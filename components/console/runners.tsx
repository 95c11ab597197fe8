import Link from 'next/link';
import type { OrganizerView } from '#lib/domain/views.ts';
import { shortSpan, spanMs, utcClockNear } from '../format/time.ts';

export function QueueTable({ view }: { view: OrganizerView }) {
  const running = view.runners.filter((runner) => runner.evaluation).length;
  return (
    <table className="plain">
      <caption>
        <b id="queue">Table 3 | Queue.</b> {view.queue.length} waiting, {running} running.
      </caption>
      <thead>
        <tr>
          <th scope="col" className="num place">
            Place
          </th>
          <th scope="col" className="pad">
            Team
          </th>
          <th scope="col">Phase</th>
          <th scope="col" className="num">
            Waits
          </th>
        </tr>
      </thead>
      <tbody>
        {view.queue.length === 0 ? (
          <tr className="nothing">
            <td colSpan={4}>Nothing waits.</td>
          </tr>
        ) : (
          view.queue.map((entry, index) => (
            <tr key={entry.evaluationId}>
              <td className="num">{index + 1}</td>
              <th scope="row" className="pad">
                <Link className="quiet" href={`/submissions/${entry.submissionId}`} prefetch={false}>
                  {entry.teamName}
                </Link>
              </th>
              <td className="soft">{entry.phaseTitle}</td>
              <td className="num soft">{shortSpan(spanMs(entry.createdAt, view.asOf))}</td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}

export function RunnersTable({ view }: { view: OrganizerView }) {
  return (
    <table className="plain top stackable">
      <caption>
        <b id="runners">Table 4 | Runners.</b> What each is doing, when it was last heard of, and its public
        key.
      </caption>
      <thead>
        <tr>
          <th scope="col">Runner</th>
          <th scope="col">Evaluation</th>
          <th scope="col" className="scans">
            Scans
          </th>
          <th scope="col" className="num">
            Last seen
          </th>
        </tr>
      </thead>
      <tbody>
        {view.runners.length === 0 ? (
          <tr className="nothing">
            <td colSpan={4}>
              None yet. Start one with <code>npm run runner</code> on a host with a container engine and
              access to the database and the store.
            </td>
          </tr>
        ) : (
          view.runners.map((runner) => (
            <tr key={runner.id}>
              <th scope="row">
                <span className="mono">{runner.name}</span>
                <span className="unit mono recipient" title={runner.recipient}>
                  {runner.recipient}
                </span>
              </th>
              <td className={runner.evaluation ? undefined : 'muted'}>
                {runner.evaluation?.teamName ?? (runner.silent ? 'none' : 'idle')}
              </td>
              <td>
                {runner.evaluation ? (
                  <>
                    {runner.evaluation.done} of {runner.evaluation.caseCount}
                    <span className="ticks share" aria-hidden="true">
                      <i className="mine" style={{ flex: runner.evaluation.done }} />
                      <i style={{ flex: runner.evaluation.caseCount - runner.evaluation.done }} />
                    </span>
                  </>
                ) : (
                  <span className="muted">{runner.silent ? '–' : 'ready'}</span>
                )}
              </td>
              <td className={runner.silent ? 'num warn' : 'num soft'} data-l="last seen">
                {runner.silent
                  ? `silent since ${utcClockNear(runner.lastSeenAt, view.asOf)}`
                  : `${shortSpan(spanMs(runner.lastSeenAt, view.asOf))} ago`}
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
