'use client';

import { STATE_CLASS } from '#components/format/evaluation-state.ts';
import { utcClockNear } from '#components/format/time.ts';
import { StandingUnit } from '#components/submission/standing-note.tsx';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { SubmissionEntry } from '#lib/api/pages/organizer.ts';

/** Submissions with the state, progress and error code of their latest attempts. */
export function SubmissionsTable({
  caption,
  submissions,
  asOf,
  empty,
  isSelectable = false,
}: {
  caption: React.ReactNode;
  submissions: readonly SubmissionEntry[];
  asOf: string;
  /** Shown without submissions. */
  empty: React.ReactNode;
  /** Whether each has a checkbox "submission" with its ID. */
  isSelectable?: boolean;
}) {
  return (
    <table className="plain stackable">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {isSelectable ? (
            <th scope="col">
              <span className="vh">Select</span>
            </th>
          ) : null}
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
        {submissions.length === 0 ? (
          <tr className="nothing">
            <td colSpan={10}>{empty}</td>
          </tr>
        ) : (
          submissions.map((entry) => (
            <SubmissionRow key={entry.id} entry={entry} asOf={asOf} isSelectable={isSelectable} />
          ))
        )}
      </tbody>
    </table>
  );
}

function SubmissionRow({
  entry,
  asOf,
  isSelectable,
}: {
  entry: SubmissionEntry;
  asOf: string;
  isSelectable: boolean;
}) {
  return (
    <tr>
      {isSelectable ? (
        <td>
          <input
            type="checkbox"
            name="submission"
            value={entry.id}
            aria-label={`Select ${entry.shortId} of ${entry.teamName}`}
          />
        </td>
      ) : null}
      <th scope="row" className="mono">
        <PlainLink href={`/submissions/${entry.id}`}>{entry.shortId}</PlainLink>
      </th>
      <td className="anywhere">{entry.teamName}</td>
      <td className="soft anywhere">{entry.algorithm}</td>
      <td className="soft">{entry.phaseTitle}</td>
      <td className={STATE_CLASS[entry.state]}>
        {entry.state.toLowerCase()}
        <StandingUnit standing={entry.standing} />
        {entry.tombstone ? <span className="unit warn">{entry.tombstone.toLowerCase()}</span> : null}
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
      <td className="num soft nowrap">{utcClockNear(entry.createdAt, asOf)}</td>
    </tr>
  );
}
