import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { expirePredictions, referencedPredictions } from '#lib/evaluations/expire-predictions.ts';
import type { Database } from '#lib/platform/database.ts';
import { openStore, type Store } from '#lib/platform/storage/store.ts';
import { MAX_FILE_BYTES } from '#runner/sandbox/files/collect-output.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { seal, unseal } from '#runner/secrets/seal.ts';
import type { CaseRun } from '#runner/types.ts';

/**
 * Predictions that a phase keeps, so that they can be scored again without a container. A mask on a hidden scan
 * tells of the scan, so it is sealed to the runner's own key before it reaches a disk; neither the site nor a
 * backup can open it. Inside is the gzip of the file as the container wrote it:
 *
 *   age -d -i identity.age BLOB | gunzip > mask.nii.gz
 *
 * They lie in a folder of their own in the store, which is what lets a sweep tell one that nobody names any more
 * from an image or a test set.
 */
export interface KeptPrediction {
  /** Name in the store of predictions; null where nothing is kept. */
  predictionBlob: string | null;
  /** null also where no map came. */
  mapBlob: string | null;
}

const NOTHING: KeptPrediction = { predictionBlob: null, mapBlob: null };
/** Between the write of a blob and the row that names it lies at most an outage of the database, of minutes. */
const ORPHAN_AFTER_HOURS = 24;

const zip = promisify(gzip);
const unzip = promisify(gunzip);

export function openPredictionStore(storeFolder: string): Store {
  return openStore(path.join(storeFolder, 'predictions'));
}

/**
 * Seals and stores what a run left, where its phase keeps it. The blobs are there before the row that names them:
 * a runner that dies in between leaves them to the sweep. Throws PlatformError where the disk is full.
 */
export async function keepPrediction(
  {
    predictions,
    key,
    phase,
  }: { predictions: Store; key: RunnerKey; phase: { keepsPredictionsDays: number } },
  run: CaseRun,
): Promise<KeptPrediction> {
  if (phase.keepsPredictionsDays === 0 || run.kind !== 'output') return NOTHING;
  const keep = async (bytes: Uint8Array): Promise<string> => {
    const sealed = await seal(key.recipient, await zip(bytes));
    return (await predictions.put([sealed], { maxBytes: sealed.length })).sha256;
  };
  try {
    return {
      predictionBlob: await keep(run.bytes),
      mapBlob: run.probabilityMap && (await keep(run.probabilityMap)),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new PlatformError('DISK_FULL', 'The store has no room for a prediction.', { cause: error });
  }
}

/** The file as the container wrote it; null where the store has lost it or this key can't open it. */
export async function openPrediction(
  predictions: Store,
  key: RunnerKey,
  blob: string,
): Promise<Uint8Array | null> {
  if (!(await predictions.has(blob))) return null;
  const zipped = await unseal(key, await predictions.read(blob), 'prediction').catch((error: unknown) => {
    if (error instanceof PlatformError) return null;
    throw error;
  });
  return zipped && unzip(zipped, { maxOutputLength: MAX_FILE_BYTES });
}

/**
 * Removes what a phase keeps no longer, and what no row names: left by a runner that died between the blob and
 * the row, here or in an earlier sweep, or of a challenge that was deleted. Any number of runners may sweep at
 * once. Gives the number of files removed.
 */
export async function sweepPredictions(db: Database, predictions: Store): Promise<number> {
  const expired = await expirePredictions(db);
  const before = new Date(Date.now() - ORPHAN_AFTER_HOURS * 3_600_000);
  // Listed before the rows are read: what is named later is younger.
  const old = await predictions.listBefore(before);
  const named = old.length === 0 ? new Set<string>() : await referencedPredictions(db);
  const removed = new Set([...expired, ...old.filter((blob) => !named.has(blob))]);
  for (const blob of removed) await predictions.remove(blob);
  await predictions.removeUnfinished(before);
  return removed.size;
}
