import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { CommandError } from '#cli/command.ts';
import { checkPair, readPair } from '#cli/dataset/check-pair.ts';
import type { DatasetCase } from '#cli/dataset/dataset.ts';
import {
  type PublicTestSet,
  SEALED_FORMAT,
  type SealedCase,
  type SealedManifest,
} from '#lib/domain/test-sets/manifest.ts';
import { shuffle } from '#runner/pipeline/shuffle.ts';
import { declaredWorst, type TruthFacts } from '#runner/scoring/truth-facts.ts';
import { seal } from '#runner/secrets/seal.ts';

export interface SealReport {
  caseCount: number;
  bytes: number;
  sha256: string;
  emptyMasks: string[];
  /** What was changed in the headers, for each case where something was. */
  changes: HeaderChanges[];
  worst: Record<string, number>;
}

export interface HeaderChanges {
  case: string;
  changes: readonly string[];
}

interface CheckedCase {
  source: DatasetCase & { truthPath: string };
  facts: TruthFacts;
  changes: readonly string[];
  /** Of the file as it will be sealed. */
  scanSha256: string;
  truthSha256: string;
}

/**
 * Checks every pair of `cases`, makes the headers canonical, seals each file to `recipient` and writes the set to
 * `out` atomically. The cases are shuffled, so that a case’s number says nothing about it. Throws CommandError that
 * names every invalid case.
 */
export async function sealTestSet({
  cases,
  recipient,
  out,
  now,
  allowsShear = false,
  onProgress,
}: {
  cases: readonly DatasetCase[];
  recipient: string;
  out: string;
  now: Date;
  /** Accepts scans whose axes are not at right angles. */
  allowsShear?: boolean;
  onProgress: (text: string) => void;
}): Promise<SealReport> {
  const checked = await checkCases(shuffle(cases), allowsShear, onProgress);
  if (checked.every(({ facts }) => facts.voxels === 0)) {
    // The declared worst volume and count would be 0, so failing every case would cost nothing.
    throw new CommandError(
      'No case has a lesion, so failing would cost nothing. Add cases with a lesion. Nothing was written.',
    );
  }
  const worst = declaredWorst(checked.map(({ facts }) => facts));
  const header: PublicTestSet = {
    format: SEALED_FORMAT,
    recipient,
    caseCount: checked.length,
    sealedAt: now.toISOString(),
    worst,
  };
  const manifest: SealedManifest = { format: SEALED_FORMAT, cases: checked.map(describe) };
  const draft = `${out}.${process.pid}.part`;
  try {
    const { bytes, sha256 } = await writeTar(draft, recipient, header, manifest, checked, onProgress);
    await rename(draft, out);
    const emptyMasks = checked.filter(({ facts }) => facts.voxels === 0).map(({ source }) => source.name);
    return { caseCount: checked.length, bytes, sha256, emptyMasks, changes: changesOf(checked), worst };
  } finally {
    await rm(draft, { force: true });
  }
}

/** In the order of their names, not in that of the sealed set. */
function changesOf(checked: readonly CheckedCase[]): HeaderChanges[] {
  return checked
    .map(({ source, changes }) => ({ case: source.name, changes }))
    .filter(({ changes }) => changes.length > 0)
    .sort((a, b) => (a.case < b.case ? -1 : 1));
}

async function checkCases(
  cases: readonly DatasetCase[],
  allowsShear: boolean,
  onProgress: (text: string) => void,
): Promise<CheckedCase[]> {
  const problems: string[] = [];
  const checked: CheckedCase[] = [];
  const nameByScan = new Map<string, string>();
  for (const [i, source] of cases.entries()) {
    onProgress(`checking ${i + 1} of ${cases.length}`);
    try {
      const { originalSha256, ...result } = await checkCase(source, allowsShear);
      const twin = nameByScan.get(originalSha256);
      if (twin) throw new Error(`its scan is identical to that of ${twin}`);
      nameByScan.set(originalSha256, source.name);
      checked.push(result);
    } catch (error) {
      problems.push(`${source.name}: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) {
    throw new CommandError(
      `${problems.length} of ${cases.length} cases can't be used; nothing was written.\n  ${problems.sort().join('\n  ')}`,
    );
  }
  return checked;
}

async function checkCase(
  source: DatasetCase,
  allowsShear: boolean,
): Promise<CheckedCase & { originalSha256: string }> {
  const { scanPath, truthPath } = source;
  if (truthPath === null) throw new Error('it has no mask');
  const { files, scan, truth, facts, changes } = await checkPair({ scanPath, truthPath }, { allowsShear });
  return {
    source: { ...source, truthPath },
    facts,
    changes,
    originalSha256: sha256Of(files.scan),
    scanSha256: sha256Of(scan),
    truthSha256: sha256Of(truth),
  };
}

function describe({ source, scanSha256, truthSha256 }: CheckedCase): SealedCase {
  return {
    name: source.name,
    scanFile: path.basename(source.scanPath),
    scanSha256,
    truthFile: path.basename(source.truthPath),
    truthSha256,
    metadata: source.metadata,
  };
}

async function writeTar(
  file: string,
  recipient: string,
  header: PublicTestSet,
  manifest: SealedManifest,
  cases: readonly CheckedCase[],
  onProgress: (text: string) => void,
): Promise<{ bytes: number; sha256: string }> {
  const tar = pack();
  const hash = createHash('sha256');
  let bytes = 0;
  const written = pipeline(
    tar,
    async function* (source: AsyncIterable<unknown>) {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
  const add = (name: string, content: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const header = { name, size: content.length, mode: 0o600, mtime: new Date(0) };
      const body = Buffer.from(content.buffer, content.byteOffset, content.length);
      tar.entry(header, body, (error) => (error ? reject(error) : resolve()));
    });
  const addAll = async (): Promise<void> => {
    await add('testset.json', Buffer.from(`${JSON.stringify(header, null, 2)}\n`));
    await add('manifest.age', await seal(recipient, Buffer.from(JSON.stringify(manifest))));
    for (const [i, entry] of cases.entries()) {
      onProgress(`sealing ${i + 1} of ${cases.length}`);
      const number = String(i).padStart(4, '0');
      const { scan, truth } = await readAgain(entry);
      await add(`cases/${number}.scan.age`, await seal(recipient, scan));
      await add(`cases/${number}.truth.age`, await seal(recipient, truth));
    }
    tar.finalize();
  };
  await Promise.all([
    written,
    addAll().catch((error: Error) => {
      tar.destroy(error);
      throw error;
    }),
  ]);
  return { bytes, sha256: hash.digest('hex') };
}

/** The files of a case as they were checked; a set is too large to keep them in memory meanwhile. */
async function readAgain(checked: CheckedCase): Promise<{ scan: Uint8Array; truth: Uint8Array }> {
  const { scanPath, truthPath } = checked.source;
  const changed = `${scanPath} or its mask changed while it was being sealed. Nothing was written. Try again.`;
  const { scan, truth } =
    checked.changes.length === 0
      ? { scan: await readFile(scanPath), truth: await readFile(truthPath) }
      : await readPair(checked.source).catch((cause: unknown) => {
          throw new CommandError(changed, { cause });
        });
  if (sha256Of(scan) !== checked.scanSha256 || sha256Of(truth) !== checked.truthSha256) {
    throw new CommandError(changed);
  }
  return { scan, truth };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
