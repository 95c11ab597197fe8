import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ACTION_LABELS, AuditFeed } from '#components/console/audit-feed.tsx';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { auditQuerySchema } from '#lib/api/pages/organizer.ts';
import { auditView } from '#lib/site/console/audit-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Audit trail, ${(await params).slug}` };
}

/** The whole audit trail of a challenge, page by page, with search and a filter. */
export default async function AuditPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = auditQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/audit`;
  const { action, q, from, to } = query;
  const address = (after?: string) => listAddress(base, { action, q, from, to, after });
  const view = await orPage(auditView(site(), slug, await currentViewer(), query), address(query.after));
  return (
    <ConsoleFrame challenge={view.challenge} current="audit" asOf={view.asOf}>
      <ListSearch
        search={{ label: 'Person, team or submission', value: q ?? '' }}
        filters={[
          {
            name: 'action',
            label: 'Action',
            all: 'All actions',
            value: action,
            options: Object.entries(ACTION_LABELS).map(([value, label]) => ({ value, label })),
          },
        ]}
        days={[
          { name: 'from', label: 'From', value: from },
          { name: 'to', label: 'To', value: to },
        ]}
        clearHref={base}
      />
      <div className="narrow-section">
        {view.audit.length > 0 ? (
          <AuditFeed events={view.audit} asOf={view.asOf} />
        ) : (
          <p className="muted">
            {action || q || from || to
              ? 'No event matches. Show all, or search for something else.'
              : 'No activity yet.'}
          </p>
        )}
        <NewestPager label="Pages of the audit trail" links={view} address={address} />
      </div>
    </ConsoleFrame>
  );
}
