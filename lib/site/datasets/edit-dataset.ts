import { z } from 'zod';
import { type DatasetView, datasetRequestSchema, releaseRequestSchema } from '#lib/api/datasets/datasets.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { datasetNameSchema, versionSchema } from '#lib/domain/datasets/release.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { tellOfRelease } from './access/tell-people.ts';
import { addBidsFiles } from './add-bids-files.ts';
import { type DatasetRow, hashOfTerms, viewOf, withReleases } from './dataset-view.ts';
import { type DatasetPlace, findRelease } from './find-dataset.ts';

const namedSchema = z.object({ name: datasetNameSchema });
const versionedSchema = z.object({ version: versionSchema });

type ReleasePlace = DatasetPlace & { version: string };

interface Options {
  /** Refuses one that exists, with CONFLICT. */
  isNew?: boolean;
}

/** Creates a dataset, or changes how it is described. Releases keep the terms that they were published under. */
export async function describeDataset(
  site: Site,
  place: DatasetPlace,
  input: unknown,
  viewer: Viewer | null,
  { isNew = false }: Options = {},
): Promise<DatasetView> {
  const data = parseInput(datasetRequestSchema, input);
  const { name } = parseInput(namedSchema, { name: place.dataset });
  return change(site, place, viewer, async (tx, { challenge, editor, dataset }) => {
    if (isNew && dataset) throw taken('name', `The challenge has a dataset ${name} already.`);
    const { id: challengeId } = challenge;
    const where = { challengeId_name: { challengeId, name } };
    await tx.dataset.upsert({ where, create: { ...data, challengeId, name }, update: data });
    const { summary: _, terms, ...after } = data;
    const detail = { dataset: name, termsSha256: hashOfTerms(terms) };
    await recordAudit(tx, editor, 'dataset.edit', challengeId, detail, { after });
  });
}

/** Creates a draft of a release, or changes its texts; of a published one only the errata. */
export async function describeRelease(
  site: Site,
  place: ReleasePlace,
  input: unknown,
  viewer: Viewer | null,
  { isNew = false }: Options = {},
): Promise<DatasetView> {
  const data = parseInput(releaseRequestSchema, input);
  const { version } = parseInput(versionedSchema, { version: place.version });
  return change(site, place, viewer, async (tx, { challenge, editor, dataset }) => {
    const { id: datasetId, releases } = requireDataset(dataset);
    const release = releases.find((candidate) => candidate.version === version);
    if (isNew && release) throw taken('version', `The dataset has a release ${version} already.`);
    const isPublished = Boolean(release?.publishedAt);
    if (isPublished && data.changelog !== undefined && data.changelog !== release!.changelog)
      throw published(version);
    const texts = {
      ...(data.changelog === undefined ? {} : { changelog: data.changelog }),
      ...(data.errata === undefined ? {} : { errata: data.errata }),
    };
    const where = { datasetId_version: { datasetId, version } };
    await tx.release.upsert({ where, create: { ...texts, datasetId, version }, update: texts });
    const action = isPublished ? 'dataset.erratum' : 'dataset.edit';
    await recordAudit(tx, editor, action, challenge.id, { dataset: place.dataset, version });
  });
}

/**
 * Publishes a release under the dataset’s present terms, with the files that BIDS asks for where it lacks them. From then
 * on only its errata change. Safe to repeat.
 */
export async function publishRelease(
  site: Site,
  place: ReleasePlace,
  viewer: Viewer | null,
): Promise<DatasetView> {
  return change(site, place, viewer, async (tx, { challenge, editor, dataset }) => {
    const found = requireDataset(dataset);
    const release = findRelease({ dataset: found, showsDrafts: true }, place.version);
    if (release.publishedAt) return;
    if (release.variants.length === 0)
      throw new DomainError('CONFLICT', 'This release has no data yet. Upload a variant first.');
    const { license, terms } = found;
    const termsSha256 = hashOfTerms(terms);
    await addBidsFiles(site, tx, { challenge, dataset: found, release });
    const data = { publishedAt: site.now(), license, terms, termsSha256 };
    await tx.release.update({ where: { id: release.id }, data });
    const detail = { dataset: place.dataset, version: place.version, termsSha256 };
    await recordAudit(tx, editor, 'dataset.publish', challenge.id, detail);
    await tellOfRelease(site, tx, { challenge, dataset: found }, { version: place.version, termsSha256 });
  });
}

interface Edited {
  challenge: Challenge;
  editor: Viewer;
  /** null if it doesn’t exist yet. */
  dataset: DatasetRow | null;
}

/** One change of a dataset after the other. */
async function change(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
  work: (tx: Transaction, edited: Edited) => Promise<void>,
): Promise<DatasetView> {
  const challenge = await findChallenge(site, place.challenge, viewer);
  const editor = authorize('dataset.edit', viewer, { challenge });
  const where = { challengeId_name: { challengeId: challenge.id, name: place.dataset } };
  const row = await site.db.$transaction(async (tx) => {
    await lockUntilCommit(tx, lockOf(challenge.id, place.dataset));
    const dataset = await tx.dataset.findUnique({ where, include: withReleases });
    await work(tx, { challenge, editor, dataset });
    return await tx.dataset.findUniqueOrThrow({ where, include: withReleases });
  });
  return viewOf(row, true);
}

/** Held while a dataset or its releases change. */
export function lockOf(challengeId: string, dataset: string): string {
  return `dataset ${challengeId} ${dataset}`;
}

export function requireDataset(dataset: DatasetRow | null): DatasetRow {
  if (!dataset) throw new DomainError('NOT_FOUND', 'This dataset doesn’t exist. Describe it first.');
  return dataset;
}

function taken(field: string, problem: string): DomainError {
  const message = `${problem} Choose another ${field}.`;
  return new DomainError('CONFLICT', message, { [field]: message });
}

export function published(version: string): DomainError {
  return new DomainError(
    'CONFLICT',
    `Release ${version} is published and stays as it is. Add an erratum, or publish a new version.`,
  );
}
