import Link from 'next/link';
import { formatBytes } from '#components/format/quantity.ts';
import { utcDate } from '#components/format/time.ts';
import { Markdown } from '#components/markdown/markdown.tsx';
import { datasetPage, releasePage } from '#lib/api/datasets/addresses.ts';
import type { DatasetView, ReleaseView } from '#lib/api/datasets/datasets.ts';

/** The datasets of a challenge, each with its releases. */
export function DatasetList({ slug, datasets }: { slug: string; datasets: readonly DatasetView[] }) {
  return (
    <div className="stack">
      {datasets.map((dataset, index) => (
        <section key={dataset.name} aria-labelledby={`dataset-${dataset.name}`}>
          <h2 id={`dataset-${dataset.name}`}>
            <Link className="quiet" href={datasetPage(slug, dataset.name)}>
              {dataset.title}
            </Link>
          </h2>
          <p className="muted small">
            {dataset.access === 'OPEN' ? 'Open to everybody' : 'On request'}, {dataset.license}
          </p>
          <div className="prose soft summary">
            <Markdown text={dataset.summary} top={3} />
          </div>
          <ReleaseTable slug={slug} dataset={dataset} number={index + 1} />
        </section>
      ))}
    </div>
  );
}

/** The releases of a dataset, the newest first. */
export function ReleaseTable({
  slug,
  dataset,
  number,
  current = null,
}: {
  slug: string;
  dataset: DatasetView;
  number: number;
  /** The version that the page shows. */
  current?: string | null;
}) {
  const newest = newestVersion(dataset);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable with the keyboard
    <section className="table-scroll data-table" aria-label={`Releases of ${dataset.title}`} tabIndex={0}>
      <table className="plain top">
        <caption>
          <b>Table {number} | Releases.</b> A published release never changes; corrections are new releases or
          errata.
        </caption>
        <thead>
          <tr>
            <th scope="col">Release</th>
            <th scope="col" className="num">
              Cases
            </th>
            <th scope="col" className="num">
              Files
            </th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col" className="num">
              Published
            </th>
          </tr>
        </thead>
        <tbody>
          {dataset.releases.map((release) => (
            <tr key={release.version}>
              <th scope="row">
                {release.version === current ? (
                  release.version
                ) : (
                  <Link href={releasePage(slug, dataset.name, release.version)}>{release.version}</Link>
                )}
                <span className="unit">{stateOf(release, newest, current)}</span>
              </th>
              <td className="num">{casesOf(release)}</td>
              <td className="num">{sum(release, 'fileCount').toLocaleString('en')}</td>
              <td className="num nowrap">{formatBytes(sum(release, 'bytes'))}</td>
              <td className="num nowrap">{release.publishedAt ? utcDate(release.publishedAt) : 'draft'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The last release that was published; null if there is none. */
export function newestVersion({ releases }: Pick<DatasetView, 'releases'>): string | null {
  const published = releases.filter(({ publishedAt }) => publishedAt !== null);
  const newest = published.reduce<ReleaseView | null>(
    (last, release) => (last === null || release.publishedAt! > last.publishedAt! ? release : last),
    null,
  );
  return newest?.version ?? null;
}

function stateOf(release: ReleaseView, newest: string | null, current: string | null): string {
  const parts = [
    ...(release.version === current ? ['shown here'] : []),
    release.publishedAt === null
      ? 'draft, only for organizers'
      : release.version === newest
        ? 'newest'
        : 'superseded',
    ...(release.errata.trim() === '' ? [] : ['has errata']),
  ];
  return parts.join(', ');
}

/** Variants can hold the same cases, so they don’t add up. */
function casesOf({ variants }: ReleaseView): string {
  const counts = variants.map(({ caseCount }) => caseCount);
  if (counts.length === 0) return 'none yet';
  return Math.max(...counts).toLocaleString('en');
}

function sum({ variants }: ReleaseView, key: 'fileCount' | 'bytes'): number {
  return variants.reduce((total, variant) => total + variant[key], 0);
}
