import type { Metadata } from 'next';
import { ReleasePage, readDatasetPage } from '#app/challenges/[slug]/data/[dataset]/release-page.tsx';
import { readSearch, type SearchParams } from '#app/search.ts';

interface Props {
  params: Promise<{ slug: string; dataset: string; version: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, dataset: name, version } = await params;
  const { challenge, dataset } = await readDatasetPage(slug, name);
  return { title: `${dataset.title} ${version}, ${challenge.title}` };
}

/** A release of a dataset, under an address that stays. */
export default async function VersionPage({ params, searchParams }: Props) {
  const { slug, dataset, version } = await params;
  return (
    <ReleasePage slug={slug} dataset={dataset} version={version} query={await readSearch(searchParams)} />
  );
}
