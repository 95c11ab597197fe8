import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { missingBidsFiles } from '#lib/site/datasets/formats/bids-files.ts';
import { bibtexOf, citationFileOf } from '#lib/site/datasets/formats/citation.ts';
import { croissantOf } from '#lib/site/datasets/formats/croissant.ts';
import type { ReleaseFacts } from '#lib/site/datasets/formats/release-facts.ts';
import { HEX64 } from '#test/support/site/scene.ts';

const RELEASE = {
  version: '1.1.0',
  publishedAt: '2026-11-30T21:00:00.000Z',
  changelog: 'Seven masks corrected.',
  errata: '',
  license: 'CC-BY-4.0',
  terms: 'Cite us.',
  termsSha256: HEX64,
  variants: [{ name: 'native', title: 'Native', caseCount: 2, hasTruth: true, fileCount: 2, bytes: 10 }],
};
const FACTS: ReleaseFacts = {
  challenge: { slug: 'stroke', title: 'Stroke lesions', synthetic: true, organizers: ['Ada L.', 'B & C'] },
  dataset: {
    name: 'training-scans',
    title: 'Training scans',
    summary: 'Scans with lesions.',
    license: 'CC-BY-4.0',
    doi: '10.1038/s41597-022-01401-7',
    citation: 'Ada et al. (2026)',
    contact: 'Data desk <data@example.org>',
    funding: 'Grant 7',
    access: 'REQUEST',
    releases: [RELEASE],
  },
  release: RELEASE,
  origin: 'https://heldout.example',
};
/** Nothing that is optional. */
const BARE: ReleaseFacts = {
  ...FACTS,
  challenge: { ...FACTS.challenge, organizers: [], synthetic: false },
  dataset: { ...FACTS.dataset, summary: '', doi: null, citation: null, funding: null, contact: 'The desk' },
  release: { ...RELEASE, license: 'Own licence', publishedAt: null },
};

const ROUTE = 'https://heldout.example/api/v1/challenges/stroke/datasets/training-scans/releases/1.1.0';
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const file = z.strictObject({
  '@type': z.literal('cr:FileObject'),
  '@id': z.string().min(1),
  name: z.string().min(1),
  description: z.string().optional(),
  contentUrl: z.url(),
  contentSize: z.string().regex(/^\d+ B$/),
  encodingFormat: z.string().regex(/^[a-z]+\/[a-z.+-]+$/),
  sha256,
});
const organization = z.strictObject({
  '@type': z.literal('sc:Organization'),
  name: z.string().min(1),
  url: z.url().optional(),
});
/** What Croissant 1.1 requires and recommends of a dataset, in properties of schema.org's Dataset. Closed. */
const croissant = z.strictObject({
  '@context': z.record(z.string(), z.string()),
  '@type': z.literal('sc:Dataset'),
  '@id': z.url(),
  conformsTo: z.literal('http://mlcommons.org/croissant/1.1'),
  name: z.string().min(1),
  alternateName: z.string(),
  description: z.string().min(1),
  url: z.url(),
  version: z.string(),
  license: z.string().min(1),
  usageInfo: z.url(),
  conditionsOfAccess: z.string(),
  isAccessibleForFree: z.literal(true),
  datePublished: z.iso.date().optional(),
  identifier: z.url().optional(),
  sameAs: z.url().optional(),
  creator: z.array(organization).min(1),
  publisher: organization,
  funding: z.strictObject({ '@type': z.literal('sc:Grant'), description: z.string() }).optional(),
  citeAs: z.string().optional(),
  keywords: z.array(z.string()),
  distribution: z.array(file).min(1),
});

describe('Croissant', () => {
  const variants = [
    {
      name: 'native',
      sums: { bytes: 90, sha256: HEX64 },
      files: [{ path: 'sub-1/anat/sub-1 T1w.nii.gz', bytes: 7, sha256: HEX64 }],
    },
  ];

  test.each([FACTS, BARE])('has what version 1.1 asks for, and nothing else', (facts) => {
    const document = croissantOf(facts, variants);
    croissant.parse(document);
    const ids = document.distribution.map((entry) => entry['@id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('names every property that is not of schema.org in its context', () => {
    const document = croissantOf(FACTS, variants);
    for (const property of ['citeAs', 'conformsTo']) expect(document['@context']).toHaveProperty(property);
    expect(document['@context']['@vocab']).toBe('https://schema.org/');
  });

  test('says where each file is downloaded', () => {
    const { distribution } = croissantOf(FACTS, variants);
    expect(distribution.map(({ contentUrl }) => contentUrl)).toEqual([
      `${ROUTE}/variants/native/SHA256SUMS`,
      `${ROUTE}/variants/native/content?path=sub-1%2Fanat%2Fsub-1%20T1w.nii.gz`,
    ]);
    expect(distribution[1]!.encodingFormat).toBe('application/gzip');
  });
});

describe('citations', () => {
  const person = z.strictObject({ name: z.string().min(1), email: z.email().optional() });
  /** The part of the schema of CFF 1.2.0 that is used, closed. */
  const cff = z.strictObject({
    'cff-version': z.literal('1.2.0'),
    message: z.string().min(1),
    type: z.literal('dataset'),
    title: z.string().min(1),
    version: z.string(),
    'date-released': z.iso.date().optional(),
    doi: z
      .string()
      .regex(/^10\.\d{4,9}(\.\d+)?\/\S+$/)
      .optional(),
    authors: z.array(person).min(1),
    contact: z.array(person).min(1),
    license: z.enum(['CC-BY-4.0']).optional(),
    url: z.url(),
  });

  test.each([FACTS, BARE])('CITATION.cff follows the format', (facts) => {
    cff.parse(parse(citationFileOf(facts)));
  });

  test('CITATION.cff leaves out a license that is no SPDX identifier', () => {
    expect(parse(citationFileOf(BARE))).not.toHaveProperty('license');
    expect(parse(citationFileOf(FACTS))).toMatchObject({
      license: 'CC-BY-4.0',
      'date-released': '2026-11-30',
      contact: [{ email: 'data@example.org' }],
    });
  });

  test('BibTeX names the version and quotes what would be a command', () => {
    expect(bibtexOf(FACTS)).toBe(
      [
        '@misc{training_scans_1_1_0,',
        '  title        = {{Training scans, version 1.1.0}},',
        '  author       = {{Ada L.} and {B \\& C}},',
        '  year         = {2026},',
        '  howpublished = {Heldout},',
        '  doi          = {10.1038/s41597-022-01401-7},',
        '  url          = {https://heldout.example/challenges/stroke/data/training-scans/1.1.0},',
        '  note         = {Data set. License: CC-BY-4.0. Synthetic data.},',
        '}',
        '',
      ].join('\n'),
    );
  });
});

describe('files that BIDS asks for', () => {
  const paths = (names: string[], isDerivative = false) =>
    missingBidsFiles(FACTS, { names, isDerivative }).map(({ path }) => path);

  test('are added where they are missing, and never twice', () => {
    expect(paths(['sub-1', 'sub-2'])).toEqual(['dataset_description.json', 'participants.tsv', 'README']);
    expect(paths(['sub-1', 'README.md', 'participants.tsv'])).toEqual(['dataset_description.json']);
    expect(paths(['sub-1', 'Readme', 'Participants.TSV', 'dataset_description.json'])).toEqual([]);
  });

  test('are not added to data in another layout', () => {
    expect(paths(['images', 'masks', 'subjects'])).toEqual([]);
  });

  test('name the subjects, the license and where processed images come from', () => {
    const [description, participants, readme] = missingBidsFiles(FACTS, {
      names: ['sub-2', 'sub-1', 'CHANGES'],
      isDerivative: true,
    });
    expect(JSON.parse(description!.text)).toMatchObject({
      Name: 'Training scans, version 1.1.0',
      BIDSVersion: '1.8.0',
      DatasetType: 'derivative',
      License: 'CC-BY-4.0',
      DatasetDOI: 'doi:10.1038/s41597-022-01401-7',
      GeneratedBy: [{ Name: 'Heldout release' }],
    });
    expect(participants!.text).toBe('participant_id\nsub-1\nsub-2\n');
    expect(readme!.text).toContain('Synthetic data');
    expect(readme!.text).toContain('data@example.org');
  });
});
