import Link from 'next/link';
import { datasetPage } from '#lib/api/datasets/addresses.ts';
import type { DatasetView } from '#lib/api/datasets/datasets.ts';

/** Who gets the data and how. `children` is the state of the reader’s own request. */
export function AccessNote({
  slug,
  dataset,
  children,
}: {
  /** Of the challenge. */
  slug: string;
  dataset: Pick<DatasetView, 'name' | 'access'>;
  children?: React.ReactNode;
}) {
  return (
    <section aria-labelledby="access">
      <h2 id="access">Access</h2>
      <p>
        {dataset.access === 'OPEN'
          ? 'Open to everybody. By downloading, you agree to the terms of the release.'
          : 'On request. Everybody sees the description, the files and their checksums; whoever the organizers approve downloads them.'}
      </p>
      {children}
      {dataset.access === 'REQUEST' ? (
        <p className="muted small">
          Downloads are encrypted for <Link href="/account/download-key">your download key</Link>. If you
          can’t install age,{' '}
          <Link href={`${datasetPage(slug, dataset.name)}/decrypt`}>decrypt them in the browser</Link>.
        </p>
      ) : null}
    </section>
  );
}
