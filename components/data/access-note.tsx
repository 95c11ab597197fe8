import type { DatasetView } from '#lib/api/datasets/datasets.ts';

/** Who gets the data and how. `children` is the state of the reader’s own request. */
export function AccessNote({
  dataset,
  children,
}: {
  dataset: Pick<DatasetView, 'access' | 'contact'>;
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
    </section>
  );
}
