import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  watch,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { sealReportText } from '#cli/testset/seal-report-text.ts';
import { type SealReport, sealTestSet } from '#cli/testset/seal-test-set.ts';
import { testsetCommand } from '#cli/testset/testset.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { LESIONS, STROKE_T1, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { publicTestSetSchema } from '#lib/domain/test-sets/manifest.ts';
import { canonicalHeader } from '#runner/imaging/canonical.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { gridDistance } from '#runner/imaging/grid.ts';
import { readImage } from '#runner/imaging/read.ts';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet, type TestSet } from '#runner/secrets/test-set.ts';
import { type NiftiOptions, niftiFile } from '#test/support/imaging/nifti-files.ts';

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

async function seal(
  options: { allowsShear?: boolean; skipsBad?: boolean } = {},
): Promise<{ out: string; entries: Map<string, Buffer>; report: SealReport }> {
  const out = path.join(folder, 'set.heldout');
  const report = await sealTestSet({
    ...options,
    task: STROKE_T1,
    dataset: await readDataset(path.join(folder, 'set')),
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
  return { out, entries, report };
}

/** What was changed in the headers, by case. */
const changesOf = ({ checked }: SealReport) =>
  Object.fromEntries(
    checked.map(({ source, findings }) => [
      source.name,
      findings.filter(({ code }) => code === 'header').map(({ slug, message }) => `${slug}: ${message}`),
    ]),
  );

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
      return { index, inputBlob: `cases/${number}.inputs.age`, truthBlob: `cases/${number}.truths.age` };
    }),
  });

const scanOf = async (set: TestSet, index: number) => (await set.openInputs(index)).get(T1)!;
const truthOf = async (set: TestSet, index: number) => (await set.openTruths(index)).get(LESIONS)!;

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
      expect(Buffer.from(await scanOf(set, i))).toEqual(await readFile(scan));
      expect(Buffer.from(await truthOf(set, i))).toEqual(await readFile(truth));
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
      name.includes('.inputs.') ? 'cases/0000.inputs.age' : name,
    );
    await expect(swapped.openInputs(1)).rejects.toThrow(/doesn’t match the checksum/);
  });
});

describe('headers that readers see differently', () => {
  const voxels = { dim: [3, ...SHAPE, 1, 1, 1, 1], data: mask(3) };
  /** Of a scan whose x axis runs to the left, as the qform of `options` and its sform say. */
  const scanWith = (options: NiftiOptions) =>
    niftiFile({ ...voxels, data: Uint8Array.from({ length: 120 }, (_, i) => i), ...options });

  it('are made canonical, scan and mask alike, and reported for each case; voxels are unchanged', async () => {
    await writeCase('a');
    const unset = await writeCase('b');
    await writeFile(unset.scan, scanWith({ sformCode: 0 }));
    // ITK's mask of such a scan: LPS, voxel 0 at the origin.
    await writeFile(unset.truth, niftiFile({ ...voxels, sform: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0] }));
    const micron = await writeCase('c');
    const um = [1000, 0, 0, -3000, 0, 1000, 0, -2000, 0, 0, 1000, -1000];
    await writeFile(micron.scan, scanWith({ sform: um, sformCode: 4, xyztUnits: 3 }));
    await writeFile(micron.truth, niftiFile({ ...voxels, sform: um, xyztUnits: 3, data: mask(7) }));
    const { entries, report } = await seal();
    expect(changesOf(report)).toEqual({
      'sub-a_ses-1': [],
      'sub-b_ses-1': [
        't1-brain-mri: the codes of qform and sform were 0: centered, with its spacing',
        'stroke-lesion-segmentation: placed on the scan’s grid, where ITK (sform) sees it',
      ],
      'sub-c_ses-1': [
        't1-brain-mri: qform set from the sform',
        't1-brain-mri: converted from µm to mm',
        'stroke-lesion-segmentation: qform set from the sform',
        'stroke-lesion-segmentation: converted from µm to mm',
      ],
    });
    // 7 voxels of 1 mm³, not of 10⁹.
    expect(report.worst['volume_difference']).toBeCloseTo(0.007, 12);
    const set = await open(entries, key, undefined, 3);
    for (const i of [0, 1, 2]) {
      const { name } = set.case(i);
      const scan = readImage(await scanOf(set, i));
      const truth = readImage(await truthOf(set, i));
      expect([canonicalHeader(scan).changes, canonicalHeader(truth).changes]).toEqual([[], []]);
      expect(gridDistance(scan.volume, truth.volume)).toBeLessThan(1e-6);
      if (name === 'sub-a_ses-1') continue;
      expect(Array.from(scan.volume.data, Number)).toEqual(Array.from({ length: 120 }, (_, voxel) => voxel));
      expect(truth.volume.data).toEqual(mask(name === 'sub-b_ses-1' ? 3 : 7));
    }
  });

  it('are refused if no qform can hold their shear, unless it is allowed', async () => {
    await writeCase('a');
    const { scan, truth } = await writeCase('b');
    const sform = [1, 0.001, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
    await writeFile(scan, scanWith({ sform }));
    await writeFile(truth, niftiFile({ ...voxels, sform }));
    // Half of the shear on each axis, at the corner 5.5 and 4.5 mm from voxel 0: 0.0005 · √(5.5² + 4.5²).
    await expect(seal()).rejects.toThrow(
      /sub-b_ses-1: .*T1w.nii.gz: the axes of the scan are not at right angles: its grid is 0\.00355 mm/,
    );
    const { report } = await seal({ allowsShear: true });
    expect(changesOf(report)['sub-b_ses-1']).toContain('t1-brain-mri: keeps a shear of 0.00355 mm');
  });

  it('are listed by the command, which takes --allow-shear', async () => {
    await writeCase('a');
    const { scan, truth } = await writeCase('b');
    const sform = [1, 0.001, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
    await writeFile(scan, scanWith({ sform }));
    await writeFile(truth, niftiFile({ ...voxels, sform }));
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += text;
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const out = path.join(folder, 'set.heldout');
    const args = ['seal', path.join(folder, 'set'), '--recipient', key.recipient, '-o', out];
    try {
      await expect(testsetCommand.run(args)).rejects.toThrow(/--allow-shear/);
      expect(await testsetCommand.run([...args, '--allow-shear'])).toBe(0);
    } finally {
      vi.restoreAllMocks();
    }
    expect(printed).toContain('a header was made canonical (1 of 2 cases):');
    expect(printed).toMatch(
      / {4}sub-b_ses-1: t1-brain-mri: qform set from the sform; t1-brain-mri: keeps a shear/,
    );
  });
});

describe('before it seals, a set is checked', () => {
  const cases: [string, () => Promise<unknown>, RegExp][] = [
    ['a scan without a mask', async () => rm((await writeCase('b')).truth), /sub-b_ses-1: it has no truth/],
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

  it('a bad case is left out with --skip-bad, and the rest is sealed', async () => {
    await writeCase('a');
    await writeCase('b', { scanShift: 0.5 });
    await rm((await writeCase('c')).truth);
    await cp((await writeCase('d')).scan, (await writeCase('e')).scan);
    const { entries, report } = await seal({ skipsBad: true });
    expect(report.caseCount).toBe(2);
    const set = await open(entries);
    expect([0, 1].map((i) => set.case(i).name).sort()).toEqual(['sub-a_ses-1', 'sub-d_ses-1']);
    expect([...entries.keys()]).toHaveLength(2 + 4);
    expect(sealReportText('out', report, STROKE_T1)).toMatch(
      /left out 3 of 5 cases:\n {4}sub-b_ses-1: .*apart.*\n {4}sub-c_ses-1: it has no truth.*\n {4}sub-e_ses-1: .*identical/,
    );
    for (const id of ['a', 'd', 'e']) await rm(path.join(folder, 'set', `sub-${id}`), { recursive: true });
    await expect(seal({ skipsBad: true })).rejects.toThrow(/No case can be used; nothing was written/);
  });

  it('text in headers is counted in the report, and never repeated', async () => {
    const { scan } = await writeCase('a');
    const values = Uint8Array.from({ length: 120 }, (_, i) => i);
    const image = { dim: [3, ...SHAPE, 1, 1, 1, 1], data: values, sform: AFFINE.slice(0, 12) };
    await writeFile(scan, niftiFile({ ...image, descrip: 'Doe^Jane 1953' }));
    const text = sealReportText('out', (await seal()).report, STROKE_T1);
    expect(text).toContain(
      'text in headers of inputs, removed from what containers see (files): descrip 1\n',
    );
    expect(text).not.toContain('Doe');
  });

  it('several masks of a scan are sealed as their union, on the scan’s grid', async () => {
    const { truth } = await writeCase('a');
    const second = mask(5).map((value, at) => (at < 2 ? 0 : value * 255));
    await writeFile(
      truth.replace('label-L', 'label-L2'),
      encodeNifti({ shape: SHAPE, affine: AFFINE, data: second, gzipLevel: 6 }),
    );
    const { entries } = await seal();
    const sealed = readImage(await truthOf(await open(entries, key, undefined, 1), 0));
    // Voxels 0 to 2 and 2 to 4.
    expect(sealed.volume.data).toEqual(mask(5));
    expect(canonicalHeader(sealed).changes).toEqual([]);
  });

  it('a layout without the inputs of the task is refused with what to do', async () => {
    const base = path.join(folder, 'set', 'sub-x_ses-1_');
    await mkdir(path.dirname(base), { recursive: true });
    for (const name of ['dwi', 'adc', 'flair', 'msk']) await writeFile(`${base}${name}.nii.gz`, 'image');
    await expect(seal()).rejects.toThrow(
      /The task needs t1-brain-mri, but the layout isles-2022 has dwi-brain-mri, .*--input t1-brain-mri=/,
    );
  });

  it('a set without any lesion', async () => {
    await writeCase('a', { voxels: 0 });
    await writeCase('b', { voxels: 0 });
    await expect(seal()).rejects.toThrow(/No mask marks a voxel/);
  });

  it('a mask without its scan', async () => {
    await writeCase('a');
    await rm((await writeCase('b')).scan);
    await expect(seal()).rejects.toThrow(
      /sub-b_ses-1: it has no t1-brain-mri, but .*mask\.nii\.gz\. Add a file like/,
    );
  });

  it('scans that are links, as DataLad lays them out, are scans', async () => {
    const { scan } = await writeCase('a');
    const elsewhere = path.join(folder, 'annexed');
    await rename(scan, elsewhere);
    await symlink(elsewhere, scan);
    expect((await readDataset(path.join(folder, 'set'))).cases).toMatchObject([
      { name: 'sub-a_ses-1', inputs: { 't1-brain-mri': { path: scan } } },
    ]);
  });

  it('files that macOS left are passed over', async () => {
    const { scan } = await writeCase('a');
    await writeCase('b');
    await writeFile(path.join(path.dirname(scan), `._${path.basename(scan)}`), 'resource fork');
    expect((await seal()).entries.size).toBe(2 + 4);
  });
});

describe('Ctrl+C', () => {
  it('ends sealing with code 130, leaves the folder as it was, and keeps an earlier set', async () => {
    const voxels = new Int16Array(120 * 120 * 120).map((_, at) => Math.imul(at, 2654435761) >>> 20);
    for (let i = 0; i < 12; i++) {
      const { scan, truth } = await writeCase(`x${i}`);
      const grid = { shape: [120, 120, 120] as const, affine: AFFINE, gzipLevel: 1 };
      await writeFile(scan, encodeNifti({ ...grid, data: voxels.with(0, i) }));
      await writeFile(truth, encodeNifti({ ...grid, data: new Uint8Array(voxels.length).fill(1, 0, 9) }));
    }
    const out = path.join(folder, 'set.heldout');
    await writeFile(out, 'an earlier set');
    const changes = watch(folder, { signal: AbortSignal.timeout(60_000) });
    const root = path.resolve(import.meta.dirname, '../../..');
    const args = ['cli/main.ts', 'testset', 'seal', path.join(folder, 'set'), '--force'];
    const run = spawn(process.execPath, [...args, '--recipient', key.recipient, '-o', out], {
      cwd: root,
      stdio: 'ignore',
    });
    const ended = once(run, 'exit');
    for await (const { filename } of changes) if (filename?.endsWith('.parts')) break;
    const parts = (await readdir(folder)).find((name) => name.endsWith('.parts'))!;
    // As soon as a case is sealed, while others are in progress.
    while ((await readdir(path.join(folder, parts))).length === 0) await nextTurn();
    run.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect((await readdir(folder)).sort()).toEqual(['key', 'set', 'set.heldout']);
    expect(await readFile(out, 'utf8')).toBe('an earlier set');
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
