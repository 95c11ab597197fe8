import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { datasetFields } from '#components/console/data/dataset-fields.ts';
import { ReleaseSection } from '#components/console/data/release-section.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { releasesView } from '#lib/site/datasets/releases-view.ts';
import { site } from '#lib/site/site.ts';
import {
  describeDatasetAction,
  describeReleaseAction,
  draftReleaseAction,
  publishReleaseAction,
} from './actions.ts';

interface Props {
  params: Promise<{ slug: string; dataset: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Releases of data, ${(await params).slug}` };
}

/** How a dataset is described, and its releases from the draft to the errata. */
export default async function ReleasesPage({ params }: Props) {
  const { slug, dataset } = await params;
  const place = { challenge: slug, dataset };
  const reading = releasesView(site(), place, await currentViewer());
  const view = await orPage(reading, `/organize/${slug}/data/${dataset}/releases`);
  const { title, releases } = view.dataset;
  const actions = { describe: describeReleaseAction, publish: publishReleaseAction };
  return (
    <ConsoleFrame challenge={view.challenge} current="data" asOf={view.asOf} title={`Releases of ${title}`}>
      <section className="console-section" aria-label="New release">
        <p className="soft narrow-text">
          A published release never changes. A newer one supersedes it, and it stays available.{' '}
          <Link href={`/organize/${slug}/data`} prefetch={false}>
            All datasets
          </Link>
        </p>
        <div className="after-form">
          <Confirmation label="Draft a release" isHarmless>
            <ActionForm
              name="draft"
              action={draftReleaseAction}
              fields={[
                { name: 'challenge', label: '', type: 'hidden', value: slug },
                { name: 'dataset', label: '', type: 'hidden', value: dataset },
                { name: 'version', label: 'Version', type: 'text', hint: 'As in 1.0.0 or 2.1-beta.' },
                { name: 'changelog', label: 'Changelog', type: 'lines', isOptional: true },
              ]}
              submit="Create draft"
              pending="Creating"
            />
          </Confirmation>
          <Confirmation label="Change the description" isHarmless>
            <ActionForm
              name="describe"
              action={describeDatasetAction}
              fields={datasetFields(slug, view)}
              submit="Save description"
              pending="Saving"
            />
          </Confirmation>
        </div>
      </section>
      {releases.map((release) => (
        <ReleaseSection key={release.version} place={place} release={release} actions={actions} />
      ))}
    </ConsoleFrame>
  );
}
