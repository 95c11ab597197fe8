import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { OwnRequests } from '#components/data/own-requests.tsx';
import { ReceiptTable } from '#components/data/receipts.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { receiptsQuerySchema } from '#lib/api/pages/organizer/data.ts';
import { ownDataView } from '#lib/site/datasets/access/own-data.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Your data' };

const BASE = '/account/data';

/** What the viewer asked for, and what they took. */
export default async function AccountDataPage({ searchParams }: { searchParams: SearchParams }) {
  const query = receiptsQuerySchema.parse(await readSearch(searchParams));
  const address = (after?: string) => listAddress(BASE, { after });
  const view = await orPage(ownDataView(site(), query, await currentViewer()), address(query.after));
  return (
    <main id="main" className="wrap page-top">
      <div className="head">
        <h1>Your data</h1>
        <p className="stamp">
          <Link href="/account">Your account</Link>
        </p>
      </div>
      <section className="console-section" aria-label="Requests">
        <OwnRequests requests={view.requests} />
      </section>
      <section className="console-section" aria-label="Downloads">
        <ReceiptTable
          receipts={view.receipts}
          caption={
            <>
              <b>Downloads</b> by you, newest first: one line per day, release and variant. Times in UTC. The
              organizers of the data see the same.
            </>
          }
          empty="You haven’t downloaded any data yet."
        />
        <NewestPager label="Pages of your downloads" links={view} address={address} />
      </section>
    </main>
  );
}
