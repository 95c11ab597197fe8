import type { Metadata } from 'next';
import Link from 'next/link';
import { readDatasetPage } from '#app/challenges/[slug]/data/[dataset]/release-page.tsx';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { DecryptForm } from '#components/data/decrypt-form.tsx';
import { datasetPage } from '#lib/api/datasets/addresses.ts';

interface Props {
  params: Promise<{ slug: string; dataset: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, dataset: name } = await params;
  const { challenge, dataset } = await readDatasetPage(slug, name);
  return { title: `Decrypt ${dataset.title}, ${challenge.title}` };
}

/** For people who can't install age. */
export default async function DecryptPage({ params }: Props) {
  const { slug, dataset: name } = await params;
  const { challenge, dataset } = await readDatasetPage(slug, name);
  return (
    <>
      <ChallengeHeader challenge={challenge} current="data" />
      <main id="main" className="wrap page-top">
        <h1>Decrypt a download</h1>
        <p className="soft narrow-text summary">
          Choose a file that you downloaded from <Link href={datasetPage(slug, name)}>{dataset.title}</Link>,
          encrypted with age. It is decrypted on your machine: neither the file nor the key is sent anywhere.
          A file of any size takes little memory.
        </p>
        <DecryptForm />
        <noscript>
          <p>This page decrypts with JavaScript. Without it, use the command age.</p>
        </noscript>
      </main>
    </>
  );
}
