import Link from 'next/link';
import { formatRankRange, NO_VALUE } from '#components/format/quantity.ts';
import { utcDate } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { ChallengeTeam, ChallengeTeamsView } from '#lib/api/pages/challenge-teams.ts';

/** The teams of a challenge, with their ranks in the phase that has any. */
export function ChallengeTeams({ view, leaderboard }: { view: ChallengeTeamsView; leaderboard: string }) {
  const { teams, ranked } = view;
  return (
    <table className="plain stackable teams-table">
      <caption>
        <b>Table 1 | Teams</b>, the latest first.
        {ranked ? (
          <>
            {' '}
            Ranks are 95% ranges in <Link href={`${leaderboard}?phase=${ranked.slug}`}>{ranked.title}</Link>,
            of {ranked.entries}.
          </>
        ) : null}
      </caption>
      <thead>
        <tr>
          <th scope="col">Team</th>
          <th scope="col">Affiliations</th>
          <th scope="col" className="num">
            Members
          </th>
          <th scope="col" className="num">
            Registered
          </th>
          {ranked ? (
            <th scope="col" className="num">
              Rank
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {teams.map((team) => (
          <TeamRow key={team.slug} team={team} isRanked={ranked !== null} />
        ))}
      </tbody>
    </table>
  );
}

function TeamRow({ team, isRanked }: { team: ChallengeTeam; isRanked: boolean }) {
  const { slug, name, affiliations, memberCount, since, isGone, rankRange } = team;
  return (
    <tr>
      <th scope="row" className="anywhere">
        <PlainLink className="quiet" href={`/teams/${slug}`}>
          {name}
        </PlainLink>
        {isGone ? <span className="unit">no longer a team</span> : null}
      </th>
      <td className="soft anywhere">{affiliations.join('; ')}</td>
      <td className="num" data-l="Members">
        {memberCount}
      </td>
      <td className="num soft nowrap" data-l="Registered">
        {utcDate(since)}
      </td>
      {isRanked ? (
        <td className="num nowrap" data-l="Rank">
          {rankRange ? formatRankRange(rankRange) : NO_VALUE}
        </td>
      ) : null}
    </tr>
  );
}
