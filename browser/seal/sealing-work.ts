import { fileAt } from '#browser/node/folder.ts';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { truthPaths } from '#cli/dataset/case.ts';
import type { CheckedCase } from '#cli/dataset/check/check-case.ts';
import type { StoredWork } from '#lib/domain/test-sets/browser-sealing.ts';
import type { SealedHeader } from '#lib/domain/test-sets/manifest.ts';
import type { LocalStore } from './local-store.ts';

/** What is kept of a sealing, so that another visit continues it. */

/** Raise it when what is kept changes: work of another version is begun anew. */
const VERSION = 1;

export interface Work {
  version: typeof VERSION;
  folder: string;
  recipient: string;
  /** What decides how cases are sealed, as JSON. */
  rules: string;
  skipsBad: boolean;
  cases: number;
  startedAt: string;
}

/** A set whose cases are all sealed. */
export interface SealedSet {
  header: SealedHeader;
  cases: Pick<CheckedCase, 'sealed'>[];
  bytes: number;
  sha256: string;
}

interface StoredCase {
  /** Of the files that were read. */
  stamp: string;
  checked: CheckedCase;
}

const caseFile = (index: number) => `${index}.json`;

export async function readWork(store: LocalStore): Promise<Work | null> {
  const work = await store.readJson<Work>('work.json');
  return work?.version === VERSION ? work : null;
}

/** Keeps what an earlier visit sealed for the same folder, key and rules. Removes anything else. */
export async function beginWork(
  store: LocalStore,
  begun: Omit<Work, 'version' | 'startedAt'>,
  now: Date,
): Promise<void> {
  const work = await readWork(store);
  const { folder, recipient, rules } = begun;
  const isSame =
    work !== null && work.folder === folder && work.recipient === recipient && work.rules === rules;
  if (!isSame) await store.remove();
  const startedAt = isSame ? work.startedAt : now.toISOString();
  await store.writeJson('work.json', { ...begun, version: VERSION, startedAt } satisfies Work);
}

export async function describeWork(store: LocalStore): Promise<StoredWork | null> {
  const work = await readWork(store);
  if (work === null) return null;
  const set = await readSet(store);
  const { folder, recipient, startedAt, skipsBad, cases } = work;
  let sealedCases = set ? set.cases.length : 0;
  if (!set) {
    for (let index = 0; index < cases; index++) if (await store.file(caseFile(index))) sealedCases++;
  }
  return { folder, recipient, startedAt, skipsBad, cases, sealedCases, isSealed: set !== null };
}

/** The case as it was sealed, if its files are the same as then; otherwise null. */
export async function readCase(
  store: LocalStore,
  index: number,
  source: DatasetCase,
): Promise<CheckedCase | null> {
  const stored = await store.readJson<StoredCase>(caseFile(index));
  if (stored === null || stored.stamp !== stampOf(source)) return null;
  for (const { sealedPath, sealedBytes } of stored.checked.sealed) {
    if ((await store.file(sealedPath))?.size !== sealedBytes) return null;
  }
  const inputs = stored.checked.inputs.map((input) => ({
    ...input,
    signature: input.signature && Float32Array.from(Object.values(input.signature)),
  }));
  return { ...stored.checked, inputs };
}

/** After its sealed files, so that a case with this file is complete. */
export async function keepCase(store: LocalStore, index: number, checked: CheckedCase): Promise<void> {
  const inputs = checked.inputs.map((input) => ({
    ...input,
    signature: input.signature && Array.from(input.signature),
  }));
  const stamp = stampOf(checked.source);
  await store.writeJson(caseFile(index), { stamp, checked: { ...checked, inputs } });
}

export async function readSet(store: LocalStore): Promise<SealedSet | null> {
  return await store.readJson<SealedSet>('set.json');
}

export async function keepSet(store: LocalStore, set: SealedSet): Promise<void> {
  await store.writeJson('set.json', set);
}

/** The case, and the size and time of each of its files. */
function stampOf(source: DatasetCase): string {
  const paths = [
    ...Object.values(source.inputs).map(({ path }) => path),
    ...Object.values(source.truths).flatMap(truthPaths),
  ];
  const files = paths.map((path) => {
    const file = fileAt(path);
    return [path, file.size, 'lastModified' in file ? file.lastModified : null];
  });
  return JSON.stringify([source, files]);
}
