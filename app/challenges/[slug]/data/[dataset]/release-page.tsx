import { notFound } from 'next/navigation';
import { cache } from 'react';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { newestVersion } from '#components/data/dataset-list.tsx';
import { FileList } from '#components/data/file-list.tsx';
import { ReleaseView } from '#components/data/release-view.tsx';
import { RequestState } from '#components/data/request-state.tsx';
import { StatisticsSection } from '#components/data/statistics/statistics-section.tsx';
import type { ShownRelease } from '#components/data/variant-table.tsx';
import { ViewerSection } from '#components/data/viewer/viewer-section.tsx';
import { archiveFolder, datasetPage, requestPage, variantRoute } from '#lib/api/datasets/addresses.ts';
import type { DatasetView } from '#lib/api/datasets/datasets.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { readDataAccess } from '#lib/site/datasets/access/own-request.ts';
import {
  describedRelease,
  describeInCroissant,
  type ReleasePlace,
} from '#lib/site/datasets/describe-release.ts';
import { mayDownload as canDownload } from '#lib/site/datasets/download.ts';
import { bibtexOf } from '#lib/site/datasets/formats/citation.ts';
import { listReleaseFiles, readDataset, readStatistics } from '#lib/site/datasets/read-datasets.ts';
import { viewableCases } from '#lib/site/datasets/viewable-cases.ts';
import { site } from '#lib/site/site.ts';

const FILES_SHOWN = 50;

/** A dataset as this viewer may see it. Cached per request, because page and metadata both need it. */
export const readDatasetPage = cache(async (slug: string, dataset: string) => {
  const { challenge, viewer } = await readChallenge(slug);
  const view = await orPage(
    readDataset(site(), { challenge: slug, dataset }, viewer),
    datasetPage(slug, dataset),
  );
  return { challenge, viewer, dataset: view };
});

export interface ReleasePlaceProps {
  slug: string;
  dataset: string;
  /** null: the newest. */
  version: string | null;
  query: Record<string, string | undefined>;
}

export async function ReleasePage({ slug, dataset: name, version: asked, query }: ReleasePlaceProps) {
  const { challenge, viewer, dataset } = await readDatasetPage(slug, name);
  const version = asked ?? newestVersion(dataset) ?? dataset.releases[0]?.version;
  const release = dataset.releases.find((candidate) => candidate.version === version);
  if (!release) notFound();
  const place = { challenge: slug, dataset: name, version: release.version };
  const { mayDownload, facts, croissant } = await orPage(readRelease(place, viewer), datasetPage(slug, name));
  const shown = { slug, dataset, release, mayDownload };
  const variant =
    release.variants.find((candidate) => candidate.name === query['variant']) ?? release.variants[0];
  return (
    <>
      <JsonLd value={croissant} />
      <ChallengeHeader challenge={challenge} current="data" />
      <main id="main" className="wrap page-top">
        <ReleaseView
          shown={shown}
          origin={site().environment.origin}
          bibtex={bibtexOf(facts)}
          access={<OwnRequest place={place} dataset={dataset} />}
        >
          {variant ? (
            <VariantSections shown={shown} variant={variant.name} after={query['after']} viewer={viewer} />
          ) : null}
        </ReleaseView>
      </main>
    </>
  );
}

/** Where the reader stands with a dataset that is given on request. */
async function OwnRequest({
  place,
  dataset: { access },
}: {
  place: { challenge: string; dataset: string };
  dataset: Pick<DatasetView, 'access'>;
}) {
  if (access === 'OPEN') return null;
  const { viewer } = await readChallenge(place.challenge);
  const own = viewer ? await readDataAccess(site(), place, viewer) : null;
  return <RequestState access={own} href={requestPage(place.challenge, place.dataset)} />;
}

async function readRelease(place: ReleasePlace, viewer: Viewer | null) {
  return {
    mayDownload: await canDownload(site(), place, viewer),
    facts: await describedRelease(site(), place, viewer),
    croissant: await describeInCroissant(site(), place, viewer, { listsFiles: false }),
  };
}

/** What a variant is like, its cases and its files. */
async function VariantSections({
  shown,
  variant,
  after,
  viewer,
}: {
  shown: ShownRelease;
  variant: string;
  after: string | undefined;
  viewer: Viewer | null;
}) {
  const { slug, dataset, release } = shown;
  const place = { challenge: slug, dataset: dataset.name, version: release.version, variant };
  const page = { ...(after === undefined ? {} : { after }), limit: FILES_SHOWN };
  const files = await listReleaseFiles(site(), place, page, viewer);
  const statistics = await readStatistics(site(), place, viewer);
  const cases = await viewableCases(site(), place, viewer);
  return (
    <>
      {statistics ? (
        <StatisticsSection
          statistics={statistics}
          variant={variant}
          fileName={archiveFolder(dataset.name, release.version, variant)}
        />
      ) : null}
      {cases.length > 0 ? (
        <ViewerSection cases={cases} route={variantRoute(slug, dataset.name, release.version, variant)} />
      ) : null}
      <FileList shown={shown} variant={variant} after={after} page={files} />
    </>
  );
}

/** Data and no script, so it needs no nonce. No text in it can end the element. */
function JsonLd({ value }: { value: object }) {
  const text = JSON.stringify(value).replaceAll('<', '\\u003c');
  // biome-ignore lint/security/noDangerouslySetInnerHtml: JSON without "<"
  return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: text }} />;
}
