import Link from 'next/link';
import { utcClockNear } from '#components/format/time.ts';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';

const STATE_CLASS: Readonly<Record<EvaluationState, string>> = {
  QUEUED: 'soft',
  RUNNING: 'state-now',
  SCORED: 'state-good',
  FAILED: 'state-bad',
  CANCELLED: 'muted',
};

/** All submissions with their state, progress and error code. */
export function SubmissionsTable({ view }: { view: OrganizerView }) {
  return (
    <table className="plain stackable">
      <caption>
        <b id="submissions">Table 5 | Submissions.</b>{' '}
        {view.submissions.length === 0 ? 'None yet.' : 'Newest first; times in UTC.'}
      </caption>
      <thead>
        <tr>
          <th scope="col">Submission</th>
          <th scope="col">Team</th>
          <th scope="col">Algorithm</th>
          <th scope="col">Phase</th>
          <th scope="col">State</th>
          <th scope="col" className="num">
            Scored
          </th>
          <th scope="col" className="num">
            Failed
          </th>
          <th scope="col" className="pad">
            Code
          </th>
          <th scope="col" className="num">
            Submitted
          </th>
        </tr>
      </thead>
      <tbody>
        {view.submissions.length === 0 ? (
          <tr className="nothing">
            <td colSpan={9}>
              Submissions appear here. Rehearse with an example algorithm before you open a phase to teams.
            </td>
          </tr>
        ) : (
          view.submissions.map((entry) => (
            <tr key={entry.id}>
              <th scope="row" className="mono">
                <Link href={`/submissions/${entry.id}`} prefetch={false}>
                  {entry.shortId}
                </Link>
              </th>
              <td>{entry.teamName}</td>
              <td className="soft anywhere">{entry.algorithm}</td>
              <td className="soft">{entry.phaseTitle}</td>
              <td className={STATE_CLASS[entry.state]}>
                {entry.state.toLowerCase()}
                {entry.requeues > 0 ? (
                  <span className="unit">
                    requeued {entry.requeues}×{entry.platformCode ? `, ${entry.platformCode}` : ''}
                  </span>
                ) : null}
              </td>
              <td className="num" data-l="scored">
                {entry.scored} of {entry.caseCount}
              </td>
              <td className={entry.failed > 0 ? 'num bad' : 'num muted'} data-l="failed">
                {entry.failed}
              </td>
              <td className="mono small pad" title={entry.message ?? undefined}>
                {entry.code ?? ''}
              </td>
              <td className="num soft nowrap">{utcClockNear(entry.createdAt, view.asOf)}</td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
