'use client';

import { STATE_CLASS } from '#components/format/evaluation-state.ts';
import { utcClockNear } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { TeamSubmission } from '#lib/api/submissions.ts';

/** Submissions of one team with the state of their latest attempts. */
export function TeamSubmissionsTable({
  submissions,
  asOf,
}: {
  submissions: readonly TeamSubmission[];
  asOf: string;
}) {
  return (
    <table className="plain stackable">
      <caption>Newest first; times in UTC.</caption>
      <thead>
        <tr>
          <th scope="col">Submission</th>
          <th scope="col">Algorithm</th>
          <th scope="col">Phase</th>
          <th scope="col">State</th>
          <th scope="col" className="num">
            Submitted
          </th>
        </tr>
      </thead>
      <tbody>
        {submissions.map((entry) => (
          <tr key={entry.id}>
            <th scope="row" className="mono">
              <PlainLink href={`/submissions/${entry.id}`}>{entry.shortId}</PlainLink>
            </th>
            <td className="anywhere">{entry.algorithm}</td>
            <td className="soft">{entry.phaseTitle}</td>
            <td className={STATE_CLASS[entry.state]}>{entry.state.toLowerCase()}</td>
            <td className="num soft nowrap">{utcClockNear(entry.createdAt, asOf)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
