import type { Metadata } from 'next';
import Link from 'next/link';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { ChallengeTeams } from '#components/team/challenge-teams.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { challengeTeamsQuerySchema } from '#lib/api/pages/challenge-teams.ts';
import { counted } from '#lib/domain/units.ts';
import { challengeTeamsView } from '#lib/site/registrations/challenge-teams.ts';
import { site } from '#lib/site/site.ts';

/** A list of more teams has a search field. */
const SEARCHABLE = 10;

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Teams, ${challenge.title}` };
}

/** The teams that take part, page by page. */
export default async function ChallengeTeamsPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = challengeTeamsQuerySchema.parse(await readSearch(searchParams));
  const base = `/challenges/${slug}/teams`;
  const address = (after?: string) => listAddress(base, { q: query.q, after });
  const { challenge, viewer } = await readChallenge(slug);
  const view = await orPage(challengeTeamsView(site(), slug, query, viewer), address(query.after));
  return (
    <>
      <ChallengeHeader challenge={challenge} current="teams" />
      <main id="main" className="wrap page-top">
        <div className="head">
          <h1>Teams</h1>
          <p className="stamp">
            {query.q ? `${view.matching} of ` : ''}
            {counted(view.total, 'team')}
          </p>
        </div>
        {view.total > SEARCHABLE || query.q ? (
          <ListSearch search={{ label: 'Team', value: query.q ?? '' }} clearHref={base} />
        ) : null}
        {view.teams.length > 0 ? (
          <>
            <ChallengeTeams view={view} leaderboard={`/challenges/${slug}/leaderboard`} />
            <NewestPager label="Pages of the teams" links={view} address={address} />
          </>
        ) : (
          <div className="empty">
            <p>
              <b>{query.q ? 'No team has such a name.' : 'No team takes part yet.'}</b>
            </p>
            <p className="actions">
              <Link className="btn primary" href={query.q ? base : `/challenges/${slug}/submit`}>
                {query.q ? 'Show all teams' : 'Register a team'}
              </Link>
            </p>
          </div>
        )}
      </main>
    </>
  );
}
