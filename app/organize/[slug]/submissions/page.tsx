import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { SelectionForm } from '#components/console/submissions/selection-form.tsx';
import { SubmissionsFilter } from '#components/console/submissions/submissions-filter.tsx';
import { SubmissionsTable } from '#components/console/submissions/submissions-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { submissionsQuerySchema } from '#lib/api/pages/organizer.ts';
import { submissionsView } from '#lib/site/console/submissions-view.ts';
import { site } from '#lib/site/site.ts';
import { changeManyAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Submissions, ${(await params).slug}` };
}

/** All submissions of a challenge, page by page, with search and filters. */
export default async function SubmissionsPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = submissionsQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/submissions`;
  const { phase, state, code, q } = query;
  const address = (after?: string) => listAddress(base, { phase, state, code, q, after });
  const view = await orPage(
    submissionsView(site(), slug, await currentViewer(), query),
    address(query.after),
  );
  const isFiltered = Boolean(phase || state || code || q);
  return (
    <ConsoleFrame challenge={view.challenge} current="submissions" asOf={view.asOf}>
      <SubmissionsFilter slug={slug} counts={view.counts} codes={view.codes} query={query} />
      <Selection isOffered={view.viewerMay.changeMany && view.submissions.length > 0} challenge={slug}>
        <SubmissionsTable
          caption={
            <>
              <b>Submissions</b> with their latest attempts, newest first; times in UTC.
            </>
          }
          submissions={view.submissions}
          asOf={view.asOf}
          empty={
            isFiltered ? 'No submission matches. Show all, or search for something else.' : 'No submissions.'
          }
          isSelectable={view.viewerMay.changeMany && view.submissions.length > 0}
        />
      </Selection>
      <NewestPager label="Pages of the submissions" links={view} address={address} />
      <p className="exports bare">
        <Link href={`${base}/duplicates`} prefetch={false}>
          Same images and outputs of several teams
        </Link>
      </p>
    </ConsoleFrame>
  );
}

/** Around the table, the form for those that are selected in it. */
function Selection({
  isOffered,
  challenge,
  children,
}: {
  isOffered: boolean;
  challenge: string;
  children: React.ReactNode;
}) {
  if (!isOffered) return children;
  return (
    <SelectionForm challenge={challenge} action={changeManyAction}>
      {children}
    </SelectionForm>
  );
}
