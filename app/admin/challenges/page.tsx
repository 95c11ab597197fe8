import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { AdministrationFrame } from '#components/administration/administration-frame.tsx';
import { ChallengesTable } from '#components/administration/challenges-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { challengesQuerySchema } from '#lib/api/pages/administration.ts';
import { challengesView } from '#lib/site/administration/list-challenges.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Challenges' };

const BASE = '/admin/challenges';

export default async function ChallengesPage({ searchParams }: { searchParams: SearchParams }) {
  const query = challengesQuerySchema.parse(await readSearch(searchParams));
  const { q } = query;
  const address = (after?: string) => listAddress(BASE, { q, after });
  const view = await orPage(challengesView(site(), query, await currentViewer()), address(query.after));
  return (
    <AdministrationFrame current="challenges" asOf={view.asOf}>
      <ListSearch search={{ label: 'Title or name', value: q ?? '' }} clearHref={BASE} />
      <ChallengesTable challenges={view.challenges} />
      <NewestPager label="Pages of the challenges" links={view} address={address} />
    </AdministrationFrame>
  );
}
