import Link from 'next/link';
import { utcDateTime } from '#components/format/time.ts';
import type { DuplicateGroup, DuplicatesView } from '#lib/api/pages/organizer/duplicates.ts';
import { counted } from '#lib/domain/units.ts';

/** Groups of submissions that are the same, one body a group. */
export function DuplicatesTable({ view: { groups, kind } }: { view: DuplicatesView }) {
  return (
    <table className="plain top stackable">
      <caption>
        <b>{kind === 'image' ? 'Same image' : 'Same outputs'}</b> of several teams, by their latest attempts;
        the latest group first. Times in UTC.
      </caption>
      <thead>
        <tr>
          <th scope="col">Submission</th>
          <th scope="col">Team</th>
          <th scope="col">Algorithm</th>
          <th scope="col">Phase</th>
          <th scope="col" className="num">
            Submitted
          </th>
        </tr>
      </thead>
      {groups.length === 0 ? (
        <tbody>
          <tr className="nothing">
            <td colSpan={5}>
              {kind === 'image'
                ? 'No two teams have submitted the same image.'
                : 'No two teams have the same outputs for all scored cases of a phase.'}
            </td>
          </tr>
        </tbody>
      ) : (
        groups.map((group) => <Group key={group.id} group={group} />)
      )}
    </table>
  );
}

function Group({ group: { count, teamCount, submissions } }: { group: DuplicateGroup }) {
  const more = count - submissions.length;
  return (
    <tbody>
      <tr className="grouphead">
        <th scope="rowgroup" colSpan={5}>
          {counted(count, 'submission')} of {counted(teamCount, 'team')}
          {more > 0 ? `, the latest ${submissions.length} shown` : ''}
        </th>
      </tr>
      {submissions.map(({ id, shortId, teamName, teamSlug, algorithm, phaseTitle, createdAt }) => (
        <tr key={id}>
          <th scope="row" className="mono">
            <Link href={`/submissions/${id}`} prefetch={false}>
              {shortId}
            </Link>
          </th>
          <td className="anywhere">
            <Link className="quiet" href={`/teams/${teamSlug}`} prefetch={false}>
              {teamName}
            </Link>
          </td>
          <td className="soft anywhere">{algorithm}</td>
          <td className="soft">{phaseTitle}</td>
          <td className="num soft nowrap">{utcDateTime(createdAt)}</td>
        </tr>
      ))}
    </tbody>
  );
}
