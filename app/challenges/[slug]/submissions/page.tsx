import type { Metadata } from 'next';
import Link from 'next/link';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { selectSubmissionAction } from '#app/submissions/[id]/actions.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { TeamSubmissionsTable } from '#components/submission/team-submissions-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { type ListFilter, ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { type TeamSubmissionsView, teamSubmissionsQuerySchema } from '#lib/api/pages/team-submissions.ts';
import { site } from '#lib/site/site.ts';
import { teamSubmissionsView } from '#lib/site/submissions/team-submissions.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Your team’s submissions, ${challenge.title}` };
}

/** The submissions of one of the viewer's teams, page by page. */
export default async function TeamSubmissionsPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = teamSubmissionsQuerySchema.parse(await readSearch(searchParams));
  const base = `/challenges/${slug}/submissions`;
  const address = (after?: string) => listAddress(base, { team: query.team, phase: query.phase, after });
  const { challenge, viewer } = await readChallenge(slug);
  const view = await orPage(teamSubmissionsView(site(), slug, query, viewer), address(query.after));
  const filters = filtersOf(view, query.phase);
  return (
    <>
      <ChallengeHeader challenge={challenge} current="submit" />
      <main id="main" className="wrap page-top">
        <h1>Submissions{view.team ? ` of ${view.team.name}` : ''}</h1>
        {filters.length > 0 ? <ListSearch filters={filters} clearHref={base} /> : null}
        {view.submissions.length > 0 ? (
          <>
            <TeamSubmissionsTable
              submissions={view.submissions}
              asOf={view.asOf}
              select={selectSubmissionAction}
            />
            <NewestPager label="Pages of the submissions" links={view} address={address} />
          </>
        ) : (
          <div className="empty">
            <p>
              <b>
                {query.phase || query.after ? 'No submissions here.' : 'Your team has no submissions yet.'}
              </b>
            </p>
            <p className="actions">
              <Link className="btn primary" href={`/challenges/${slug}/submit`}>
                Submit a container
              </Link>
            </p>
          </div>
        )}
      </main>
    </>
  );
}

function filtersOf({ teams, team, phases }: TeamSubmissionsView, phase: string | undefined): ListFilter[] {
  const options = (list: readonly { slug: string; label: string }[]) =>
    list.map(({ slug, label }) => ({ value: slug, label }));
  return [
    ...(teams.length > 1
      ? [
          {
            name: 'team',
            label: 'Team',
            value: team?.slug,
            options: options(teams.map(({ slug, name }) => ({ slug, label: name }))),
          },
        ]
      : []),
    ...(phases.length > 1
      ? [
          {
            name: 'phase',
            label: 'Phase',
            all: 'All phases',
            value: phase,
            options: options(phases.map(({ slug, title }) => ({ slug, label: title }))),
          },
        ]
      : []),
  ];
}
