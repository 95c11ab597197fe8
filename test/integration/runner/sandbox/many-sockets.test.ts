import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImageArchive } from '#examples/images/image-archive.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import type { CaseInput, CaseRun, LoadedImage } from '#runner/types.ts';
import { shellLayer } from '#test/support/images/busybox.ts';
import { containerRules } from '#test/support/sandbox/container-rules.ts';

const RUNNER = `many-sockets-${process.pid}`;
const LIMITS = { memoryMib: 64, pids: 32, timeLimitSeconds: 20, outputMib: 4 };
/** Two images, a value and a file in; an image, a value and an optional file out. */
const TASK: Task = taskSchema.parse({
  inputs: [
    { slug: 'dwi', title: 'DWI', kind: 'Image', relative_path: 'images/dwi', format: 'nii.gz', bids: 'dwi' },
    { slug: 'photo', title: 'Photo', kind: 'Image', relative_path: 'images/photo', format: 'png' },
    { slug: 'age', title: 'Age', kind: 'Float', relative_path: 'facts/age.json' },
    { slug: 'table', title: 'Table', kind: 'CSV', relative_path: 'table.csv', required: false },
  ],
  outputs: [
    {
      slug: 'drawing',
      title: 'Drawing',
      kind: 'Segmentation',
      relative_path: 'images/drawing',
      format: 'png',
    },
    { slug: 'outcome', title: 'Outcome', kind: 'Float', relative_path: 'outcome.json' },
    { slug: 'report', title: 'Report', kind: 'PDF', relative_path: 'docs/report.pdf', required: false },
  ],
  scoring: { kind: 'values', outputs: ['outcome'] },
});
const WRITE = 'mkdir -p /output/images/drawing; echo png > /output/images/drawing/x.PNG';

let folder: string;
let sandbox: Sandbox;
let shell: LoadedImage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heldout-sockets-'));
  sandbox = await openSandbox({ runner: RUNNER, scratch: join(folder, 'scratch') });
  const { file } = await buildImageArchive(join(folder, 'image.tar'), {
    layers: [await shellLayer()],
    entrypoint: ['/bin/sh'],
    env: [`TEST=${RUNNER}`],
  });
  shell = await sandbox.prepareImage(createReadStream(file), { ...containerRules().limits, ...LIMITS });
});
afterAll(async () => {
  await sandbox.sweep();
  await sandbox.removeImage(shell.id);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

function caseOf(id: string, without: readonly string[] = []): CaseInput {
  const contents = TASK.inputs
    .filter(({ slug }) => !without.includes(slug))
    .map((socket) => ({
      socket,
      bytes: Buffer.from(socket.slug === 'age' ? '61.5' : `${socket.slug} ${id}`),
    }));
  return { id, contents };
}

let count = 0;
async function run(script: string, contract: 'EXEC' | 'BATCH' = 'EXEC'): Promise<CaseRun[]> {
  const runs: CaseRun[] = [];
  const cases = [caseOf('a'), caseOf('b', ['table'])];
  await sandbox.runCases({
    image: { ...shell, entrypoint: ['/bin/sh', '-c', script] },
    rules: containerRules({ contract, task: TASK, limits: LIMITS }),
    modelFolder: null,
    parallel: 1,
    name: `${RUNNER}-${count++}`,
    labels: {},
    cases: [0, 1],
    signal: new AbortController().signal,
    openCase: async (index) => cases[index]!,
    onWorking: async () => undefined,
    onEnded: async (index, ended) => {
      runs[index] = ended;
    },
  });
  return runs;
}

const codes = (runs: readonly CaseRun[]) => runs.map((one) => (one.kind === 'output' ? 'output' : one.code));
const text = (ended: CaseRun | undefined, slug: string) =>
  ended?.kind === 'output' ? String(ended.outputs[slug]?.bytes) : ended;

describe('a task with several inputs and outputs', () => {
  test('each input is in its place, inputs.json lists what is there, and each output is collected', async () => {
    const runs = await run(`cd /input; find . -type f | sort; cat facts/age.json images/*/* >&2; ${WRITE}
      grep -c '"slug": "table"' inputs.json > /output/outcome.json || echo 0 > /output/outcome.json
      if [ -e table.csv ]; then mkdir /output/docs; cp table.csv /output/docs/report.pdf; fi`);
    expect(codes(runs)).toEqual(['output', 'output']);
    expect(runs[0]!.log).toContain(
      './facts/age.json\n./images/dwi/a.nii.gz\n./images/photo/a.png\n./inputs.json\n./table.csv',
    );
    expect(runs[1]!.log).not.toContain('table.csv');
    expect(text(runs[0], 'drawing')).toBe('png\n');
    expect(runs[0]).toMatchObject({ outputs: { drawing: { ending: '.png' }, outcome: { ending: '.json' } } });
    // Twice: under "interface" and under "socket".
    expect(text(runs[0], 'outcome')).toBe('2\n');
    expect(text(runs[1], 'outcome')).toBe('0\n');
    expect(text(runs[0], 'report')).toBe('table a');
    expect(runs[1]!.kind === 'output' && Object.keys(runs[1]!.outputs)).toEqual(['drawing', 'outcome']);
  });

  test.each([
    ['a text', `echo '"high"'`, /outcome\.json must hold a finite number \(kind Float\), but holds a text/],
    ['Python’s NaN', 'echo NaN', /isn’t valid JSON/],
    ['nothing', 'true', /isn’t valid JSON/],
    ['nested lists', `printf '%01000d' 0 | tr 0 '['`, /outcome\.json/],
  ])('%s in place of a number is INVALID_VALUE', async (_, write, message) => {
    const runs = await run(`${WRITE}; ${write} > /output/outcome.json`);
    expect(codes(runs)).toEqual(['INVALID_VALUE', 'INVALID_VALUE']);
    expect(runs[0]).toMatchObject({ message: expect.stringMatching(message) });
  });

  test.each([
    ['an output that is required', `echo 1 > /output/outcome.json`, 'NO_OUTPUT'],
    ['a link as a value', `${WRITE}; ln -s /etc/passwd /output/outcome.json`, 'OUTPUT_UNSAFE'],
    [
      'a folder as a file',
      `${WRITE}; echo 1 > /output/outcome.json; mkdir -p /output/docs/report.pdf`,
      'OUTPUT_UNSAFE',
    ],
    [
      'a volume for a picture',
      `mkdir -p /output/images/drawing; echo x > /output/images/drawing/x.mha`,
      'NO_OUTPUT',
    ],
    ['a huge value', `${WRITE}; head -c 5m /dev/zero > /output/outcome.json`, 'OUTPUT_TOO_LARGE'],
  ])('%s: its code', async (_, script, code) => {
    expect(codes(await run(`set -e; ${script}`))).toEqual([code, code]);
  });

  test('in a batch, what has no BIDS name keeps its path in the folder of its case', async () => {
    const runs = await run(
      `cd /input; find . -type f | sort; for s in sub-*; do o=/output/$s/ses-1; mkdir -p $o/images/drawing
         cp $s/ses-1/images/photo/*.png $o/images/drawing/d.png; cp $s/ses-1/facts/age.json $o/outcome.json; done`,
      'BATCH',
    );
    expect(codes(runs)).toEqual(['output', 'output']);
    expect(runs[0]!.log).toContain('./sub-a/ses-1/anat/sub-a_ses-1_dwi.nii.gz\n./sub-a/ses-1/facts/age.json');
    expect([text(runs[0], 'drawing'), text(runs[1], 'drawing')]).toEqual(['photo a', 'photo b']);
    expect(text(runs[1], 'outcome')).toBe('61.5');
  });
});
