import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { DownloadCounts } from '#components/console/data/download-counts.tsx';
import { ReceiptTable } from '#components/data/receipts.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { receiptsQuerySchema } from '#lib/api/pages/organizer/data.ts';
import { downloadsView } from '#lib/site/datasets/access/receipts.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Downloads, ${(await params).slug}` };
}

/** Who took what version when. */
export default async function DownloadsPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = receiptsQuerySchema.parse(await readSearch(searchParams));
  const address = (after?: string) => listAddress(`/organize/${slug}/data/downloads`, { after });
  const view = await orPage(downloadsView(site(), slug, query, await currentViewer()), address(query.after));
  return (
    <ConsoleFrame challenge={view.challenge} current="data" asOf={view.asOf} title="Downloads">
      <section className="console-section" aria-label="Downloads per release">
        <DownloadCounts counts={view.counts} />
        <p className="exports bare">
          <Link href={`/organize/${slug}/data`} prefetch={false}>
            Requests and access
          </Link>
          <a href={`/organize/${slug}/export/downloads.csv`} download>
            Downloads as CSV
          </a>
          <a href={`/organize/${slug}/export/downloads.json`} download>
            Downloads as JSON
          </a>
        </p>
      </section>
      <section className="console-section" aria-label="Receipts">
        <ReceiptTable
          receipts={view.receipts}
          people
          caption={
            <>
              <b>Receipts</b>, newest first: one line per person, day, release and variant. Times in UTC.
            </>
          }
          empty="Nobody has downloaded anything yet."
        />
        <NewestPager label="Pages of the receipts" links={view} address={address} />
      </section>
    </ConsoleFrame>
  );
}
