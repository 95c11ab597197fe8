'use client';

import { STATE_CLASS } from '#components/format/evaluation-state.ts';
import { utcClockNear } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { TeamSubmission } from '#lib/api/submissions.ts';
import { SelectButton } from './selection.tsx';
import { StandingUnit } from './standing-note.tsx';

/** Submissions of one team with the state of their latest attempts. */
export function TeamSubmissionsTable({
  submissions,
  asOf,
  select,
}: {
  submissions: readonly TeamSubmission[];
  asOf: string;
  select: (form: FormData) => Promise<void>;
}) {
  const selects = submissions.some(({ selection }) => selection !== null);
  return (
    <table className="plain stackable">
      <caption>Newest first; times in UTC.</caption>
      <thead>
        <tr>
          <th scope="col">Submission</th>
          <th scope="col">Algorithm</th>
          <th scope="col">Phase</th>
          <th scope="col">State</th>
          {selects ? <th scope="col">Counts</th> : null}
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
            <td className={STATE_CLASS[entry.state]}>
              {entry.state.toLowerCase()}
              <StandingUnit standing={entry.standing} />
            </td>
            {selects ? (
              <td>
                {entry.selection?.isSelected ? <b>selected</b> : null}
                {entry.selection ? (
                  <SelectButton
                    id={entry.id}
                    name={entry.shortId}
                    selection={entry.selection}
                    select={select}
                  />
                ) : null}
              </td>
            ) : null}
            <td className="num soft nowrap">{utcClockNear(entry.createdAt, asOf)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
