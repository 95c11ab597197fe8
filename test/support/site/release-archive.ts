import { tarOf } from './streams.ts';

/** A variant of a release as it is uploaded. */
export async function releaseArchive(
  files: readonly (readonly [string, Uint8Array | string])[],
  description: Record<string, unknown> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const variant = { title: 'On their own grid', caseCount: 2, hasTruth: true, ...description };
  return Uint8Array.from(await tarOf([['variant.json', JSON.stringify(variant)], ...files]));
}

export const DATASET = {
  title: 'Training scans',
  summary: 'Scans with lesions.',
  license: 'CC-BY-4.0',
  contact: 'data@example.org',
  access: 'OPEN',
  terms: 'Cite us.',
};
