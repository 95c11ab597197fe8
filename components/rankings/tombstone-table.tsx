import { utcDate } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { TombstoneView } from '#lib/api/rankings/tombstones.ts';
import type { TombstoneKind } from '#lib/domain/submissions/tombstone.ts';

export const TOMBSTONE_LABELS: Readonly<Record<TombstoneKind, string>> = {
  WITHDRAWN: 'withdrawn by the team',
  EXCLUDED: 'excluded by the organizers',
};

/** Entries whose scores don't count any more: their names stay, with the reason. Nothing without any. */
export function TombstoneTable({
  tombstones,
  caption,
}: {
  tombstones: readonly TombstoneView[];
  caption: React.ReactNode;
}) {
  if (tombstones.length === 0) return null;
  return (
    <table className="plain stackable top tombstones">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Team</th>
          <th scope="col">What happened</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        {tombstones.map(({ submissionId, teamSlug, teamName, algorithm, kind, reason, at }) => (
          <tr key={submissionId}>
            <th scope="row" className="anywhere">
              <PlainLink className="quiet" href={`/teams/${teamSlug}`}>
                {teamName}
              </PlainLink>
              <span className="unit lines">{algorithm}</span>
            </th>
            <td>
              <PlainLink href={`/submissions/${submissionId}`}>{TOMBSTONE_LABELS[kind]}</PlainLink>
              <span className="unit">{utcDate(at)}</span>
            </td>
            <td className="soft anywhere">{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
