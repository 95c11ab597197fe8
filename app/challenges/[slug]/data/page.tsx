import type { Metadata } from 'next';
import Link from 'next/link';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { DatasetList } from '#components/data/dataset-list.tsx';
import { dataPage } from '#lib/api/datasets/addresses.ts';
import { listDatasets } from '#lib/site/datasets/read-datasets.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Data, ${challenge.title}` };
}

export default async function DataPage({ params }: Props) {
  const { slug } = await params;
  const { challenge, viewer } = await readChallenge(slug);
  const datasets = await orPage(listDatasets(site(), slug, viewer), dataPage(slug));
  return (
    <>
      <ChallengeHeader challenge={challenge} current="data" />
      <main id="main" className="wrap page-top">
        <h1>Data</h1>
        {datasets.length > 0 ? (
          <DatasetList slug={slug} datasets={datasets} />
        ) : (
          <div className="empty">
            <p>
              <b>The organizers have released no data yet.</b>
            </p>
            <p>What a container receives and how its output is scored is described all the same.</p>
            <p className="actions">
              <Link className="btn primary" href={`/challenges/${slug}/evaluation`}>
                Read the evaluation
              </Link>
            </p>
          </div>
        )}
      </main>
    </>
  );
}
