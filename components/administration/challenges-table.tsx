import { utcDate } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { ChallengeRow } from '#lib/api/pages/administration.ts';

/** All challenges of the site, with the way into their consoles. */
export function ChallengesTable({ challenges }: { challenges: readonly ChallengeRow[] }) {
  return (
    <table className="plain stackable top">
      <caption>
        <b>Challenges</b>, newest first.
      </caption>
      <thead>
        <tr>
          <th scope="col">Challenge</th>
          <th scope="col">Visibility</th>
          <th scope="col">Organizers</th>
          <th scope="col" className="num">
            Phases
          </th>
          <th scope="col" className="num">
            Teams
          </th>
          <th scope="col" className="num">
            Submissions
          </th>
          <th scope="col" className="num">
            Created
          </th>
        </tr>
      </thead>
      <tbody>
        {challenges.length === 0 ? (
          <tr className="nothing">
            <td colSpan={7}>No challenge matches.</td>
          </tr>
        ) : (
          challenges.map(({ id, slug, title, visibility, organizers, ...row }) => (
            <tr key={id}>
              <th scope="row" className="anywhere">
                <PlainLink href={`/organize/${slug}`}>{title}</PlainLink>
                <span className="mono muted small block">{slug}</span>
              </th>
              <td className="soft" data-l="visibility">
                {visibility.toLowerCase()}
              </td>
              <td className="soft anywhere" data-l="organizers">
                {organizers.join(', ') || 'nobody'}
              </td>
              <td className="num soft" data-l="phases">
                {row.phases}
              </td>
              <td className="num soft" data-l="teams">
                {row.teams}
              </td>
              <td className="num soft" data-l="submissions">
                {row.submissions}
              </td>
              <td className="num soft nowrap" data-l="created">
                {utcDate(row.createdAt)}
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
