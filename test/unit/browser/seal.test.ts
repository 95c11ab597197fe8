import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { listFiles } from '#cli/dataset/files/list-files.ts';
import { sealTestSet } from '#cli/testset/seal-test-set.ts';
import { LESIONS, STROKE_T1, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';
import { buildSealingWorker } from '#scripts/sealing-worker.ts';
import { core, memoryStore, type SealingCore } from '#test/support/browser/sealing-core.ts';
import { AFFINE, boxMask, SHAPE, scanValues, writeFiles } from '#test/support/datasets/write-dataset.ts';
import { niftiFile } from '#test/support/imaging/nifti-files.ts';

/** Both sides draw from this, so that they draw the same. */
const random = vi.hoisted(() => {
  let state = 1;
  const fill = <T extends Uint8Array | Uint32Array>(target: T): T => {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    for (let i = 0; i < bytes.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      bytes[i] = state >>> 24;
    }
    return target;
  };
  return { fill, isFixed: false, restart: () => (state = 1) };
});
vi.mock('node:crypto', async (original) => {
  const node = await original<typeof import('node:crypto')>();
  return {
    ...node,
    randomBytes: (size: number) =>
      random.isFixed ? random.fill(Buffer.alloc(size)) : node.randomBytes(size),
    randomInt: (max: number) =>
      random.isFixed ? random.fill(new Uint32Array(1))[0]! % max : node.randomInt(max),
  };
});

/** Of unsigned bytes, with a sform alone. */
function bareFile(data: Uint8Array): Uint8Array {
  const sform = [...AFFINE.slice(0, 12)];
  const pixdim = [1, 1, 1, 1, 1, 1, 1, 1];
  return gzipSync(
    niftiFile({ dim: [3, ...SHAPE, 1, 1, 1, 1], pixdim, qformCode: 0, sformCode: 2, sform, data }),
  );
}

let folder: string;
let key: RunnerKey;
let bundled: SealingCore;
let files: { path: string; file: File }[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-browser-'));
  key = await loadOrCreateKey(path.join(folder, 'key'));
  const root = path.join(folder, 'set');
  const name = (id: string, what: string) => `sub-${id}/sub-${id}_${what}.nii.gz`;
  await writeFiles(root, {
    'participants.tsv': 'participant_id\tsite\tdays_post_stroke\nsub-a\tR1\t61\nsub-b\tR2\tn/a\n',
    [name('a', 'T1w')]: { voxels: scanValues(1) },
    [name('a', 'label-L_desc-T1lesion_mask')]: { voxels: boxMask([4, 4, 4]) },
    // Without a qform, so that both files are encoded anew.
    [name('b', 'T1w')]: bareFile(Uint8Array.from(scanValues(2))),
    [name('b', 'label-L_desc-T1lesion_mask')]: bareFile(boxMask([5, 5, 5], [4, 4, 4], 255)),
    [name('c', 'T1w')]: { voxels: scanValues(3) },
    [name('c', 'label-L_desc-T1lesion_mask')]: { voxels: boxMask([6, 4, 4]) },
  });
  const outfile = path.join(folder, 'core.js');
  const entryPoint = path.resolve('test/support/browser/sealing-core.ts');
  await buildSealingWorker({ outfile, entryPoint });
  const own = (globalThis as { sealingCore?: SealingCore }).sealingCore;
  runInThisContext(await readFile(outfile, 'utf8'));
  bundled = (globalThis as { sealingCore?: SealingCore }).sealingCore!;
  expect(bundled).not.toBe(own);
  files = await chosen(root);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  random.isFixed = false;
  vi.restoreAllMocks();
});

/** A folder as a browser has it. */
async function chosen(root: string): Promise<{ path: string; file: File }[]> {
  const contents = new Map<Blob, ArrayBuffer>();
  const listed = await Promise.all(
    (await listFiles(root)).map(async ({ path: place }) => {
      const bytes = Uint8Array.from(await readFile(place));
      const file = new File([bytes], path.basename(place), { lastModified: 5 });
      contents.set(file, bytes.buffer);
      return { path: place, file };
    }),
  );
  // Only workers of browsers have it.
  const FileReaderSync = class {
    readAsArrayBuffer(file: Blob) {
      return contents.get(file)!.slice(0);
    }
  };
  Object.assign(globalThis, { FileReaderSync });
  return listed;
}

const root = () => path.join(folder, 'set');

async function entriesOf(tar: Uint8Array): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const reader = extract();
  reader.end(Buffer.from(tar));
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.set(entry.header.name, Buffer.concat(chunks));
  }
  return entries;
}

/** What a runner finds in a set, by the names of its cases. */
async function opened(tar: Uint8Array) {
  const entries = await entriesOf(tar);
  const header = JSON.parse(entries.get('testset.json')!.toString());
  const set = await openTestSet(key, async (name) => entries.get(name)!, {
    recipient: key.recipient,
    manifestBlob: 'manifest.age',
    groundTruthBlob: null,
    cases: Array.from({ length: header.caseCount }, (_, index) => {
      const number = String(index).padStart(4, '0');
      return { index, inputBlob: `cases/${number}.inputs.age`, truthBlob: `cases/${number}.truths.age` };
    }),
  });
  const cases = [];
  for (let index = 0; index < header.caseCount; index++) {
    const {
      inputBlob: _,
      truthBlob: __,
      index: ___,
      ...facts
    } = set.case(index) as never as Record<string, unknown>;
    const hex = (opened: ReadonlyMap<string, Uint8Array>) =>
      [...opened].map(([slug, bytes]) => [slug, Buffer.from(bytes).toString('hex')]);
    cases.push({
      ...facts,
      inputs: hex(await set.openInputs(index)),
      truths: hex(await set.openTruths(index)),
    });
  }
  const byName = (a: unknown, b: unknown) =>
    (a as { name: string }).name < (b as { name: string }).name ? -1 : 1;
  return { header, cases: cases.sort(byName) };
}

test('a browser and Node write the same bytes, from the same random numbers', async () => {
  vi.spyOn(crypto, 'getRandomValues').mockImplementation(
    (target) => random.fill(target as Uint8Array) as never,
  );
  random.isFixed = true;
  const sealedBy = async (one: SealingCore) => {
    random.restart();
    return await one.sealAll({ root: root(), files, recipient: key.recipient, store: memoryStore() });
  };
  const [node, browser] = [await sealedBy(core), await sealedBy(bundled)];
  expect(Buffer.compare(node.bytes, browser.bytes)).toBe(0);
  expect(browser.sha256).toBe(createHash('sha256').update(browser.bytes).digest('hex'));
  // Other random numbers, other bytes: the comparison sees the ciphertext.
  const other = await core.sealAll({ root: root(), files, recipient: key.recipient, store: memoryStore() });
  expect(Buffer.compare(node.bytes, other.bytes)).not.toBe(0);
});

test('a runner finds in a set of a browser what it finds in one of the command', async () => {
  const out = path.join(folder, 'by-command');
  const report = await sealTestSet({
    dataset: await readDataset(root()),
    task: STROKE_T1,
    recipient: key.recipient,
    out,
    now: new Date(0),
    onProgress: () => undefined,
  });
  const command = await opened(await readFile(out));
  const { bytes } = await bundled.sealAll({
    root: root(),
    files,
    recipient: key.recipient,
    store: memoryStore(),
  });
  const browser = await opened(bytes);
  expect(report.caseCount).toBe(3);
  expect(browser).toEqual(command);
  const [, truth] = browser.cases[0]!.truths.find(([slug]) => slug === LESIONS)!;
  expect(gunzipSync(Buffer.from(truth!, 'hex')).length).toBeGreaterThan(24 * 22 * 20);
  expect(browser.cases[1]).toMatchObject({ metadata: { CENTER: 'R2', DAYS_POST_STROKE: null } });
  expect(browser.cases[0]!.inputs.map(([slug]) => slug)).toContain(T1);
});

test('no case is sealed twice when the work is continued, unless its file changed', async () => {
  const store = memoryStore();
  const run = { root: root(), recipient: key.recipient, store };
  // Interrupted behind the first case.
  const stop = new AbortController();
  const stopping = {
    ...store,
    writeJson: async (name: string, value: unknown) => {
      await store.writeJson(name, value);
      if (name === '0.json') stop.abort(new Error('closed'));
    },
  };
  await expect(bundled.sealAll({ ...run, files, store: stopping, signal: stop.signal })).rejects.toThrow(
    'closed',
  );
  const second = await bundled.sealAll({ ...run, files });
  expect(second.sealedNow).toBe(2);
  expect((await opened(second.bytes)).cases.length).toBe(3);

  const changed = path.join(folder, 'set', 'sub-b', 'sub-b_T1w.nii.gz');
  await writeFile(changed, bareFile(Uint8Array.from(scanValues(9))));
  const third = await bundled.sealAll({ ...run, files: await chosen(root()) });
  expect(third.sealedNow).toBe(1);
});

test('the worker holds no code that knows a private key', async () => {
  const { inputs } = await buildSealingWorker({ outfile: path.join(folder, 'worker.js') });
  expect(inputs).toContain('cli/dataset/check/check-case.ts');
  const secret =
    /^runner\/(secrets\/(key|test-set|scorer-key|output-mark)|sandbox\/(engine|contracts)|pipeline\/(?!shuffle))/;
  expect(inputs.filter((input) => secret.test(input))).toEqual([]);
  expect(inputs.filter((input) => /^(lib\/(site|evaluations)|app|components)\//.test(input))).toEqual([]);
});
