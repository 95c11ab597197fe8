import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { AdministrationFrame } from '#components/administration/administration-frame.tsx';
import { UsersTable } from '#components/administration/users-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { USER_FILTERS, usersQuerySchema } from '#lib/api/pages/administration.ts';
import { usersView } from '#lib/site/administration/list-users.ts';
import { site } from '#lib/site/site.ts';
import { changeUserAction } from '../actions.ts';

export const metadata: Metadata = { title: 'Users' };

const BASE = '/admin/users';

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  const query = usersQuerySchema.parse(await readSearch(searchParams));
  const { q, role } = query;
  const address = (after?: string) => listAddress(BASE, { q, role, after });
  const view = await orPage(usersView(site(), query, await currentViewer()), address(query.after));
  const options = USER_FILTERS.map((value) => ({ value, label: value }));
  return (
    <AdministrationFrame current="users" asOf={view.asOf}>
      <ListSearch
        search={{ label: 'Name or address', value: q ?? '' }}
        filters={[{ name: 'role', label: 'Role', all: 'All accounts', value: role, options }]}
        clearHref={BASE}
      />
      <UsersTable users={view.users} ownId={view.ownId} action={changeUserAction} />
      <NewestPager label="Pages of the accounts" links={view} address={address} />
    </AdministrationFrame>
  );
}
