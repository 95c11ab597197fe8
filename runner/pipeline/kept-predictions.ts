import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { needsOutputsAtEnd } from '#lib/domain/phases/phase-metrics.ts';
import { expirePredictions, referencedPredictions } from '#lib/evaluations/expire-predictions.ts';
import type { Database } from '#lib/platform/database.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { openStore, type Store } from '#lib/platform/storage/store.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { packParts, unpackParts } from '#runner/secrets/parts.ts';
import { seal, unseal } from '#runner/secrets/seal.ts';
import type { CaseRun, CollectedOutputs } from '#runner/types.ts';

/**
 * Predictions that a phase keeps, so that they can be rescored without running containers, or until all cases are done. A mask reveals
 * information about its hidden scan, so it is sealed to the runner's own key before it is written to disk;
 * neither the site nor a backup can open it. The content is a gzipped tar of the files as the container wrote them:
 *
 *   age -d -i identity.age BLOB | tar xz
 *
 * Predictions have their own folder in the store, so that a sweep doesn't mistake images and test sets for
 * unreferenced predictions.
 */
export interface KeptPrediction {
  /** Name in the prediction store; null if nothing is kept. */
  predictionBlob: string | null;
}

const NOTHING_KEPT: KeptPrediction = { predictionBlob: null };
/** Only an outage of the database, which lasts minutes, can delay the row that references a new blob. */
const ORPHAN_AFTER_HOURS = 24;

/** A case's outputs are limited by its phase; this only bounds the memory for a damaged blob. */
const MAX_KEPT_BYTES = 4 * 2 ** 30;

const zip = promisify(gzip);
const unzip = promisify(gunzip);

export function openPredictionStore(storeFolder: string): Store {
  return openStore(path.join(storeFolder, 'predictions'));
}

/**
 * Seals and stores a container's output if the phase keeps predictions, or needs them when all cases are done; then a
 * sweep removes them after that. Blobs are stored before the row that
 * references them; if the runner dies in between, a sweep removes them. Throws PlatformError if the disk is
 * full.
 */
export async function keepPrediction(
  {
    predictions,
    key,
    phase,
  }: { predictions: Store; key: RunnerKey; phase: Pick<Phase, 'keepsPredictionsDays' | 'task' | 'metrics'> },
  run: CaseRun,
): Promise<KeptPrediction> {
  if (run.kind !== 'output' || (phase.keepsPredictionsDays === 0 && !needsOutputsAtEnd(phase)))
    return NOTHING_KEPT;
  const sealed = await seal(key.recipient, await zip(packOutputs(run.outputs)));
  try {
    return { predictionBlob: (await predictions.put([sealed], { maxBytes: sealed.length })).sha256 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new PlatformError('DISK_FULL', 'The store has no room for a prediction.', { cause: error });
  }
}

/** A tar of the files as a container wrote them. */
export function packOutputs(outputs: CollectedOutputs): Uint8Array {
  return packParts(Object.entries(outputs).map(([slug, output]) => ({ slug, ...output })));
}

export function unpackOutputs(tar: Uint8Array): CollectedOutputs {
  return Object.fromEntries(unpackParts(tar).map(({ slug, ...output }) => [slug, output]));
}

/** The original outputs; null if they are missing from the store or this key can't open them. */
export async function openPrediction(
  predictions: Store,
  key: RunnerKey,
  blob: string,
): Promise<CollectedOutputs | null> {
  if (!(await predictions.has(blob))) return null;
  const zipped = await unseal(key, await predictions.read(blob), 'prediction').catch((error: unknown) => {
    if (error instanceof PlatformError) return null;
    throw error;
  });
  if (!zipped) return null;
  return unpackOutputs(await unzip(zipped, { maxOutputLength: MAX_KEPT_BYTES }));
}

/** The same of a case whose prediction must be there. Throws PlatformError if it isn't: a retry may find it. */
export async function requirePrediction(
  predictions: Store,
  key: RunnerKey,
  { caseIndex, blob }: { caseIndex: number; blob: string },
): Promise<CollectedOutputs> {
  const outputs = await openPrediction(predictions, key, blob);
  if (outputs) return outputs;
  throw new PlatformError('INTERNAL', `The kept prediction of case ${caseIndex} can’t be opened.`);
}

/**
 * Removes expired predictions, and blobs that no row references: those of a runner that died between storing
 * a blob and its row or during an earlier sweep, and those of deleted challenges. Runners may sweep at the
 * same time. Returns the number of removed files.
 */
export async function sweepPredictions(db: Database, predictions: Store): Promise<number> {
  const expired = await expirePredictions(db);
  const before = new Date(Date.now() - ORPHAN_AFTER_HOURS * 3_600_000);
  // Listed before the rows are read, so that a blob that is referenced meanwhile is too recent to be listed.
  const old = await predictions.listBefore(before);
  const named = old.length === 0 ? new Set<string>() : await referencedPredictions(db);
  const removed = new Set([...expired, ...old.filter((blob) => !named.has(blob))]);
  for (const blob of removed) await predictions.remove(blob);
  await predictions.removeUnfinished(before);
  return removed.size;
}
