import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { Holds } from '#components/console/queue/holds.tsx';
import { describeQueue } from '#components/console/queue/queue-counts.ts';
import { QueueTable } from '#components/console/queue/queue-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { queueQuerySchema } from '#lib/api/pages/organizer.ts';
import { queueView } from '#lib/site/console/queue-view.ts';
import { site } from '#lib/site/site.ts';
import { holdAction, releaseHoldAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Queue, ${(await params).slug}` };
}

/** All waiting evaluations of a challenge, page by page. */
export default async function QueuePage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = queueQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/queue`;
  const { phase } = query;
  const address = (after?: string) => listAddress(base, { phase, after });
  const view = await orPage(queueView(site(), slug, await currentViewer(), query), address(query.after));
  const link = (after: string | null, text: string) =>
    after === null ? null : { href: address(after), text };
  return (
    <ConsoleFrame challenge={view.challenge} current="queue" asOf={view.asOf}>
      {view.counts.length > 1 ? (
        <ListSearch
          filters={[
            {
              name: 'phase',
              label: 'Phase',
              all: 'All phases',
              value: phase,
              options: view.counts.map(({ phaseSlug, phaseTitle, states }) => ({
                value: phaseSlug,
                label: `${phaseTitle} (${states.QUEUED})`,
              })),
            },
          ]}
          clearHref={base}
        />
      ) : null}
      <div className="narrow-section">
        <QueueTable
          caption={
            <>
              <b>Queue.</b> {describeQueue(view.counts, view.queueLength, view.asOf)}
            </>
          }
          queue={view.queue}
          counts={view.counts.filter(({ phaseSlug }) => phase === undefined || phaseSlug === phase)}
          asOf={view.asOf}
          holdAddress={view.viewerMay.hold ? `${base}?hold=` : null}
        />
        <Pager
          label="Pages of the queue"
          previous={link(view.previous, 'Earlier places')}
          next={link(view.next, 'Later places')}
        />
        <p className="soft small">
          Expected starts come from the latest evaluations of each phase: the earlier time if those before are
          fast, the later one if they are slow. A shorter evaluation that is submitted later may still start
          first.
        </p>
        <Holds
          view={view}
          submission={query.hold}
          actions={{ hold: holdAction, release: releaseHoldAction }}
        />
      </div>
    </ConsoleFrame>
  );
}
