import { formatRankRange } from '#components/format/quantity.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { TeamView } from '#lib/api/teams/teams.ts';

/** Where a team stands in each phase that it has entered. */
export function ResultTable({ team }: { team: TeamView }) {
  return (
    <table className="plain stackable">
      <caption>
        <b>Table 1 | Results.</b> The team’s entry in each phase, the phase that closes last first. Ranks are
        95% ranges.
      </caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">Challenge</th>
          <th scope="col">Algorithm</th>
          <th scope="col" className="num">
            Score
          </th>
          <th scope="col" className="num">
            Rank
          </th>
        </tr>
      </thead>
      <tbody>
        {team.results.length === 0 ? (
          <tr className="nothing">
            <td colSpan={5}>No scored submissions yet.</td>
          </tr>
        ) : (
          team.results.map((result) => <Result key={result.submissionId} result={result} />)
        )}
      </tbody>
    </table>
  );
}

function Result({ result }: { result: TeamView['results'][number] }) {
  const { challenge, phase, entries } = result;
  return (
    <tr>
      <th scope="row">
        <PlainLink href={`/challenges/${challenge.slug}/leaderboard?phase=${phase.slug}`}>
          {phase.title}
        </PlainLink>
      </th>
      <td className="soft">
        {challenge.title}
        {challenge.synthetic ? <span className="unit">synthetic data</span> : null}
      </td>
      <td className="anywhere">
        <PlainLink className="quiet" href={`/submissions/${result.submissionId}`}>
          {result.algorithm}
        </PlainLink>
      </td>
      <td className="num">
        {result.value?.toFixed(result.decimals) ?? '–'}
        <span className="unit">{result.metric}</span>
      </td>
      <td className="num nowrap" data-l="rank">
        {formatRankRange(result.rankRange)} <span className="muted">of {entries}</span>
        {result.final ? (
          <span className="unit">
            <PlainLink href={`/challenges/${challenge.slug}/leaderboard/${result.final.id}`}>final</PlainLink>
          </span>
        ) : null}
      </td>
    </tr>
  );
}
