import Link from 'next/link';
import { readSearch, type SearchParams } from '#app/search.ts';
import { GroupedChallenges } from '#components/challenge/grouped-challenges.tsx';
import { challengesView } from '#lib/site/challenges/list-challenges.ts';
import { site } from '#lib/site/site.ts';
import { currentViewer } from './viewer.ts';

export default async function ChallengesPage({ searchParams }: { searchParams: SearchParams }) {
  const { q = '', ended } = await readSearch(searchParams);
  const viewer = await currentViewer();
  const here = site();
  const { challenges, viewerMayCreate } = await challengesView(here, viewer);
  return (
    <main id="main" className="wrap page-top">
      <div className="head">
        <h1>Challenges</h1>
        {viewerMayCreate ? (
          <p className="stamp">
            <Link href="/admin" prefetch={false}>
              Administration
            </Link>
            {' · '}
            <Link href="/organize/new" prefetch={false}>
              Create a challenge
            </Link>
          </p>
        ) : (
          <p className="stamp">Hidden test sets, scores with uncertainty</p>
        )}
      </div>
      {challenges.length > 0 ? (
        <GroupedChallenges
          challenges={challenges}
          q={q.slice(0, 100)}
          showsAll={ended === 'all'}
          asOf={here.now().toISOString()}
        />
      ) : (
        <div className="empty">
          <p>
            <b>No challenges yet.</b>
          </p>
          <p className="soft">
            An administrator creates a challenge on this page, or with <code>heldout challenge create</code>{' '}
            from a template or a file. To see examples, run <code>npm run demo</code>: it creates two
            challenges with synthetic scans, runs example algorithms on them and shows the leaderboards.
          </p>
        </div>
      )}
    </main>
  );
}
