import Link from 'next/link';
import { ListSearch } from '#components/ui/list-search.tsx';
import type { ChallengeSummary } from '#lib/api/challenges.ts';
import { groupChallenges, searchChallenges } from './challenge-groups.ts';
import { ChallengeList } from './challenge-list.tsx';

/** More challenges have a search field. */
const SEARCHABLE = 5;
/** Of those that have ended, the rest is behind a link. */
const ENDED_SHOWN = 10;

/** All challenges by state, those first that teams can still enter. */
export function GroupedChallenges({
  challenges,
  q,
  showsAll,
  asOf,
}: {
  challenges: readonly ChallengeSummary[];
  /** What is searched for; empty for everything. */
  q: string;
  /** All that have ended, too. */
  showsAll: boolean;
  asOf: string;
}) {
  const found = searchChallenges(challenges, q);
  return (
    <>
      {challenges.length > SEARCHABLE || q ? (
        <ListSearch search={{ label: 'Challenge', value: q }} clearHref="/" />
      ) : null}
      {found.length === 0 ? (
        <p className="soft">
          No challenge has “{q}” in its title or question. <Link href="/">Show all challenges</Link>
        </p>
      ) : null}
      {groupChallenges(found).map(({ state, title, challenges: members }) => {
        const shown = state === 'ended' && !showsAll && !q ? members.slice(0, ENDED_SHOWN) : members;
        return (
          <section key={state} className="challenge-group" aria-labelledby={`challenges-${state}`}>
            <h2 id={`challenges-${state}`}>
              {title} <span className="muted">{members.length}</span>
            </h2>
            <ChallengeList challenges={shown} asOf={asOf} />
            {shown.length < members.length ? (
              <p className="actions">
                <Link href="/?ended=all">Show all {members.length} that have ended</Link>
              </p>
            ) : null}
          </section>
        );
      })}
    </>
  );
}
