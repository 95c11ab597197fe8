import { formatBytes } from '#components/format/quantity.ts';
import { variantRoute } from '#lib/api/datasets/addresses.ts';
import type { DatasetView, ReleaseView } from '#lib/api/datasets/datasets.ts';
import { DownloadLinks } from './download-links.tsx';

export interface ShownRelease {
  slug: string;
  dataset: DatasetView;
  release: ReleaseView;
  /** Whether this reader can download it. */
  mayDownload: boolean;
}

/** The forms that a release comes in, with what to download of each. */
export function VariantTable({ slug, dataset, release, mayDownload }: ShownRelease) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable with the keyboard
    <section className="table-scroll data-table" aria-label="Variants" tabIndex={0}>
      <table className="plain top">
        <caption>
          <b>Table 2 | Variants of release {release.version}.</b> The same cases in several forms. An archive
          is as large as its files.
        </caption>
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col" className="num">
              Cases
            </th>
            <th scope="col">True masks</th>
            <th scope="col" className="num">
              Files
            </th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">Download</th>
          </tr>
        </thead>
        <tbody>
          {release.variants.map((variant) => {
            const route = variantRoute(slug, dataset.name, release.version, variant.name);
            return (
              <tr key={variant.name}>
                <th scope="row">
                  {variant.title}
                  <span className="unit mono">{variant.name}</span>
                </th>
                <td className="num">{variant.caseCount.toLocaleString('en')}</td>
                <td>{variant.hasTruth ? 'included' : 'withheld'}</td>
                <td className="num">{variant.fileCount.toLocaleString('en')}</td>
                <td className="num nowrap">{formatBytes(variant.bytes)}</td>
                <td className="downloads">
                  {mayDownload ? (
                    <DownloadLinks
                      archive={`${route}/archive.tar.gz`}
                      variant={variant.name}
                      isOpen={dataset.access === 'OPEN'}
                    />
                  ) : null}
                  <a href={`${route}/SHA256SUMS`} download>
                    SHA256SUMS<span className="vh"> of {variant.name}</span>
                  </a>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
