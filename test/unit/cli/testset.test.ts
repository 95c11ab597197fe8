import { createReadStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { sealTestSet } from '#cli/testset/seal-test-set.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { publicTestSetSchema } from '#lib/domain/test-sets/manifest.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';

const SHAPE = [6, 5, 4] as const;
const AFFINE = [1, 0, 0, -3, 0, 1, 0, -2, 0, 0, 1, -1, 0, 0, 0, 1];

let folder: string;
let key: RunnerKey;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-seal-'));
  key = await loadOrCreateKey(path.join(folder, 'key'));
});
afterEach(() => rm(folder, { recursive: true }));

function mask(voxels: number): Uint8Array {
  return Uint8Array.from({ length: 6 * 5 * 4 }, (_, i) => (i < voxels ? 1 : 0));
}

/** Writes one case as ATLAS 2.0 lays it out; each scan differs by its first voxel. */
async function writeCase(
  id: string,
  { voxels = 3, shift = 0, scanShift = shift }: { voxels?: number; shift?: number; scanShift?: number } = {},
): Promise<{ scan: string; truth: string }> {
  const anat = path.join(folder, 'set', `sub-${id}`, 'ses-1', 'anat');
  await mkdir(anat, { recursive: true });
  const base = path.join(anat, `sub-${id}_ses-1_space-MNI152NLin2009aSym_`);
  const files = { scan: `${base}T1w.nii.gz`, truth: `${base}label-L_desc-T1lesion_mask.nii.gz` };
  const moved = (by: number) => AFFINE.map((value, i) => (i === 3 ? value + by : value));
  const scan = new Int16Array(120).fill(Number.parseInt(id, 36) % 1000);
  await writeFile(
    files.scan,
    encodeNifti({ shape: SHAPE, affine: moved(scanShift), data: scan, gzipLevel: 6 }),
  );
  await writeFile(
    files.truth,
    encodeNifti({ shape: SHAPE, affine: moved(shift), data: mask(voxels), gzipLevel: 6 }),
  );
  return files;
}

async function seal(): Promise<{ out: string; entries: Map<string, Buffer> }> {
  const out = path.join(folder, 'set.heldout');
  await sealTestSet({
    cases: await readDataset(path.join(folder, 'set')),
    recipient: key.recipient,
    out,
    now: new Date('2026-02-05T12:00:00Z'),
    onProgress: () => undefined,
  });
  const entries = new Map<string, Buffer>();
  const tar = extract();
  createReadStream(out).pipe(tar);
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.set(entry.header.name, Buffer.concat(chunks));
  }
  return { out, entries };
}

const open = (
  entries: Map<string, Buffer>,
  by = key,
  swap: (name: string) => string = (name) => name,
  caseCount = 2,
) =>
  openTestSet(by, async (name) => entries.get(swap(name)) as Buffer, {
    recipient: key.recipient,
    manifestBlob: 'manifest.age',
    cases: Array.from({ length: caseCount }, (_, index) => {
      const number = String(index).padStart(4, '0');
      return { index, scanBlob: `cases/${number}.scan.age`, truthBlob: `cases/${number}.truth.age` };
    }),
  });

describe('a sealed test set', () => {
  it('opens with the runner’s key to the very files that were sealed, with their metadata', async () => {
    const files = { a: await writeCase('a'), b: await writeCase('b', { voxels: 7 }) };
    await writeFile(
      path.join(folder, 'set', 'participants.tsv'),
      'participant_id\tsite\tchronicity\tdays_post_stroke\nsub-a\tR001\t1\t400\nsub-b\tn/a\t\t-3\n',
    );
    const { entries } = await seal();
    const set = await open(entries);
    const seen = new Map<string, unknown>();
    for (const i of [0, 1]) {
      const { name, metadata } = set.case(i);
      const { scan, truth } = name === 'sub-a_ses-1' ? files.a : files.b;
      expect(Buffer.from(await set.openScan(i))).toEqual(await readFile(scan));
      expect(Buffer.from(await set.openTruth(i))).toEqual(await readFile(truth));
      seen.set(name, metadata);
    }
    expect(Object.fromEntries(seen)).toEqual({
      'sub-a_ses-1': { CENTER: 'R001', CHRONICITY: '1', DAYS_POST_STROKE: 400 },
      'sub-b_ses-1': { CENTER: null, CHRONICITY: null, DAYS_POST_STROKE: null },
    });
  });

  it('says nothing in clear but counts and the declared worst: no name, no voxel, no gzip byte', async () => {
    const { scan } = await writeCase('a');
    await writeCase('b', { voxels: 7 });
    const { out, entries } = await seal();
    const header = publicTestSetSchema.parse(JSON.parse(String(entries.get('testset.json'))));
    // The largest true volume is 7 voxels of 1 mm³.
    expect(header).toMatchObject({
      caseCount: 2,
      recipient: key.recipient,
      worst: { dice: 0, volume_difference: 0.007 },
    });
    const whole = await readFile(out);
    expect(whole.includes('sub-a')).toBe(false);
    expect(whole.includes((await readFile(scan)).subarray(0, 16))).toBe(false);
  });

  it('can’t be opened with another key, nor with two cases swapped', async () => {
    await writeCase('a');
    await writeCase('b');
    const { entries } = await seal();
    const other = await loadOrCreateKey(path.join(folder, 'other'));
    await expect(open(entries, other)).rejects.toThrow(PlatformError);
    await expect(open(entries, { ...other, recipient: key.recipient })).rejects.toThrow(/can’t be opened/);
    const swapped = await open(entries, key, (name) =>
      name.includes('.scan.') ? 'cases/0000.scan.age' : name,
    );
    await expect(swapped.openScan(1)).rejects.toThrow(/does not match the checksum/);
  });
});

describe('before it seals, a set is checked', () => {
  const cases: [string, () => Promise<unknown>, RegExp][] = [
    ['a scan without a mask', async () => rm((await writeCase('b')).truth), /sub-b_ses-1: it has no mask/],
    [
      'a mask on another grid',
      () => writeCase('b', { scanShift: 0.5 }),
      /sub-b_ses-1: scan and mask are 0\.5\d* mm apart/,
    ],
    [
      'a file that is no image',
      async () => writeFile((await writeCase('b')).truth, 'text'),
      /sub-b_ses-1: .*neither NIfTI/,
    ],
    [
      'one scan under two names',
      async () => cp((await writeCase('b')).scan, (await writeCase('c')).scan),
      /its scan is identical to that of sub-/,
    ],
  ];
  it.each(cases)('%s is named, and nothing is written', async (_, arrange, message) => {
    await writeCase('a');
    await arrange();
    await expect(seal()).rejects.toThrow(message);
    expect((await readdir(folder)).filter((name) => name.startsWith('set.'))).toEqual([]);
  });

  it('a set without any lesion', async () => {
    await writeCase('a', { voxels: 0 });
    await writeCase('b', { voxels: 0 });
    await expect(seal()).rejects.toThrow(/No case has a lesion/);
  });

  it('a mask without its scan', async () => {
    await writeCase('a');
    await rm((await writeCase('b')).scan);
    await expect(seal()).rejects.toThrow(/mask .* has no scan sub-b_ses-1/);
  });

  it('scans that are links, as DataLad lays them out, are scans', async () => {
    const { scan } = await writeCase('a');
    const elsewhere = path.join(folder, 'annexed');
    await rename(scan, elsewhere);
    await symlink(elsewhere, scan);
    expect(await readDataset(path.join(folder, 'set'))).toMatchObject([
      { name: 'sub-a_ses-1', scanPath: scan },
    ]);
  });

  it('files that macOS left are passed over', async () => {
    const { scan } = await writeCase('a');
    await writeCase('b');
    await writeFile(path.join(path.dirname(scan), `._${path.basename(scan)}`), 'resource fork');
    expect((await seal()).entries.size).toBe(2 + 4);
  });
});

describe('the order of a sealed set', () => {
  it('is drawn: a case’s number says nothing about its name', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `${String.fromCharCode(97 + i)}1`);
    for (const id of ids) await writeCase(id);
    const { entries } = await seal();
    const set = await open(entries, key, undefined, ids.length);
    const names = ids.map((_, i) => set.case(i).name);
    const sorted = ids.map((id) => `sub-${id}_ses-1`);
    expect([...names].sort()).toEqual(sorted);
    // 12 cases stay in order by chance once in 479,001,600 times.
    expect(names).not.toEqual(sorted);
  });
});
