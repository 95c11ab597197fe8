import type { Metadata } from 'next';
import { readSearch, type SearchParams } from '#app/search.ts';
import { ReleasePage, readDatasetPage } from './release-page.tsx';

interface Props {
  params: Promise<{ slug: string; dataset: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, dataset: name } = await params;
  const { challenge, dataset } = await readDatasetPage(slug, name);
  return { title: `${dataset.title}, ${challenge.title}` };
}

/** The newest release of a dataset. */
export default async function DatasetPage({ params, searchParams }: Props) {
  const { slug, dataset } = await params;
  return <ReleasePage slug={slug} dataset={dataset} version={null} query={await readSearch(searchParams)} />;
}
