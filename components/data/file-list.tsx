import Link from 'next/link';
import { formatBytes } from '#components/format/quantity.ts';
import { listAddress } from '#components/ui/list-address.ts';
import { Pager } from '#components/ui/pager.tsx';
import { fileRoute, releasePage, variantRoute } from '#lib/api/datasets/addresses.ts';
import type { ReleaseFiles } from '#lib/api/datasets/datasets.ts';
import type { ShownRelease } from './variant-table.tsx';

/** The files of a variant with their checksums, page by page. */
export function FileList({
  shown: { slug, dataset, release, mayDownload },
  variant,
  after,
  page: { files, next },
}: {
  shown: ShownRelease;
  variant: string;
  after: string | undefined;
  page: ReleaseFiles;
}) {
  // What is given on request is only sent encrypted.
  const form = dataset.access === 'OPEN' ? '' : '&as=age';
  const route = variantRoute(slug, dataset.name, release.version, variant);
  const base = releasePage(slug, dataset.name, release.version);
  const address = (cursor?: string) => `${listAddress(base, { variant, after: cursor })}#files`;
  return (
    <section aria-labelledby="files">
      <div className="head">
        <h2 id="files">Files</h2>
        <nav className="data-choice" aria-label="Variant">
          {release.variants.map(({ name }) => (
            <Link
              key={name}
              href={`${listAddress(base, { variant: name })}#files`}
              prefetch={false}
              aria-current={name === variant ? 'true' : undefined}
            >
              {name}
            </Link>
          ))}
        </nav>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable with the keyboard */}
      <section className="table-scroll data-table" aria-label={`Files of ${variant}`} tabIndex={0}>
        <table className="plain">
          <caption>
            <b>Table 3 | Files of {variant}</b>, by path, with their SHA-256.
          </caption>
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col" className="num">
                Size
              </th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {files.map(({ path, bytes, sha256 }) => (
              <tr key={path}>
                <td className="mono anywhere">
                  {mayDownload ? (
                    <a href={`${fileRoute(route, path)}${form}`} download>
                      {path}
                    </a>
                  ) : (
                    path
                  )}
                </td>
                <td className="num nowrap">{formatBytes(bytes)}</td>
                <td className="mono hash" title={sha256}>
                  {sha256}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Pager
        label="Pages of the files"
        previous={after === undefined ? null : { href: address(), text: 'First page' }}
        next={next === null ? null : { href: address(next), text: 'Next files' }}
      />
    </section>
  );
}
