import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STROKE_T1_TEMPLATE } from '#examples/challenges/stroke-t1/challenge.ts';
import type { ChallengeView } from '#lib/api/challenges.ts';
import { phaseRulesSchema } from '#lib/api/phase-rules.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import { imageTag } from '#lib/domain/tasks/starter-kit/kit-phase.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { debianPythonLayer, whyNoDebianRootfs } from '#test/support/images/debian-rootfs.ts';
import { skipWithout } from '#test/support/missing-tool.ts';
import { kitTexts, writeKit } from '#test/support/starter-kit.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const BASE = `heldout-test-python:${process.pid}`;
/** On the base and so on every image that is built from it. */
const LABEL = `heldout.test=starter-kit-${process.pid}`;
const LIMIT_MS = 300_000;
/** A tag that no other image has. */
const PHASE = {
  challenge: { slug: `stroke-${process.pid}`, title: 'Stroke' },
  phase: { slug: 'test', title: 'Hidden test' },
};
const run = promisify(execFile);
const skipped = skipWithout('the starter kit', whyNoDebianRootfs());

/** Rows of voxels of 1.1 × 0.9 × 2 mm in a plane that is turned, so that a lost or swapped axis is noticed. */
const [COS, SIN] = [Math.cos(0.3), Math.sin(0.3)];
const GRID = {
  shape: [9, 8, 7],
  affine: [1.1 * COS, -0.9 * SIN, 0, -20, 1.1 * SIN, 0.9 * COS, 0, 13.5, 0, 0, 2, -4, 0, 0, 0, 1],
} as const;
const VOXELS = 9 * 8 * 7;
const inTruth = (voxel: number) => voxel % 9 < 3 && voxel < 200;
/** The start of the names of a case. */
const BIDS = 'sub-01/ses-1/anat/sub-01_ses-1_space-MNI152NLin2009aSym_';
const MASK = 'label-L_desc-T1lesion_mask.nii.gz';
/** The truth is what is brighter than 100. */
const BRIGHT = '(inputs["t1-brain-mri"].values > 100)';

describe.skipIf(skipped)('the starter kit, built on a Debian root file system', () => {
  let folder: string;
  let site: Server;
  /** What the site answers with. */
  let rules: PhaseRules;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-kit-'));
    await makeBase();
    await makeCase();
    site = createServer((_, response) => response.end(JSON.stringify(challengeWith(rules))));
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
  }, LIMIT_MS);
  afterAll(async () => {
    site?.close();
    await run('docker', ['rmi', '--force', imageTag(PHASE), BASE]).catch(() => undefined);
    // What the builds have left: the steps of each, and the images whose tag a later one has taken.
    await run('docker', ['image', 'prune', '--force', '--filter', `label=${LABEL}`]);
    await rm(folder, { recursive: true, force: true });
  });

  /** In place of python:3.12-slim, as docs/participants/build-without-a-registry.md makes it, with the kit's packages: pip finds them there and needs no network. */
  async function makeBase(): Promise<void> {
    const { file } = await debianPythonLayer();
    const changes = ['ENV PIP_BREAK_SYSTEM_PACKAGES=1', `LABEL ${LABEL}`];
    await run('docker', ['import', ...changes.flatMap((change) => ['--change', change]), file, BASE]);
  }

  async function makeCase(): Promise<void> {
    const base = path.join(folder, 'cases', BIDS);
    await mkdir(path.dirname(base), { recursive: true });
    const scan = Int16Array.from({ length: VOXELS }, (_, voxel) => (inTruth(voxel) ? 150 : voxel % 90));
    const truth = Uint8Array.from({ length: VOXELS }, (_, voxel) => Number(inTruth(voxel)));
    await writeFile(`${base}T1w.nii.gz`, encodeNifti({ ...GRID, data: scan, gzipLevel: 6 }));
    await writeFile(`${base}${MASK}`, encodeNifti({ ...GRID, data: truth, gzipLevel: 6 }));
  }

  function origin(): string {
    return `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  }

  function kitOf() {
    return { ...PHASE, rules, origin: origin() };
  }

  /** Runs a program, with what it printed in the message if it fails. */
  async function runIn(cwd: string, program: string, args: string[]): Promise<string> {
    const { stdout } = await run(program, args, { cwd, env: { ...process.env, HELDOUT: ROOT, BASE } }).catch(
      (error) => {
        throw new Error(`${error.message}\n${error.stdout}`);
      },
    );
    return stdout;
  }

  /** Unpacks the kit and replaces its method. */
  async function unpackKit(name: string, changed: Partial<PhaseRules>, replace: (script: string) => string) {
    rules = rulesWith(changed);
    const kit = path.join(folder, name);
    await writeKit(kit, kitOf());
    const script = path.join(kit, 'predict.py');
    await writeFile(script, replace(await readFile(script, 'utf8')));
    return kit;
  }

  it(
    'runs as it is downloaded, and its empty mask is scored',
    async () => {
      const kit = await unpackKit('empty', { contract: 'EXEC' }, (script) => script);
      const report = path.join(kit, 'report.json');
      const stdout = await runIn(kit, './try.sh', [path.join(folder, 'cases'), '--json', report]);
      expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
        verdict: 'passed',
        cases: [{ status: 'scored', metrics: { dice: 0 } }],
      });
      expect(stdout).toContain('wrote the outputs');
    },
    LIMIT_MS,
  );

  it.each([
    ['EXEC', 'nii.gz'],
    ['INVOKE', 'mha'],
    ['BATCH', 'nii.gz'],
  ] as const)(
    'a method in predict.py gets every voxel under %s as %s, and its mask is on the same grid',
    async (contract, format) => {
      const task = strokeIn(format);
      const kit = await unpackKit(`bright-${contract}`, { contract, task }, (script) =>
        script.replace(/np\.zeros\(.*?, np\.uint8\)/, BRIGHT),
      );
      // What try.sh does, as the test above shows, but without compressing the image: that takes most of the time.
      const [tag, archive] = [imageTag(PHASE), path.join(folder, 'image.tar')];
      await runIn(kit, 'docker', ['build', '--quiet', '--build-arg', `BASE=${BASE}`, '-t', tag, '.']);
      await runIn(kit, 'docker', ['save', '--output', archive, tag]);
      const stdout = await runIn(ROOT, process.execPath, [
        ...['cli/main.ts', 'try', archive, '--data', path.join(folder, 'cases'), '--json', '-'],
        ...['--phase', `${PHASE.challenge.slug}/${PHASE.phase.slug}`, '--site', origin()],
      ]);
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'passed',
        cases: [{ status: 'scored', metrics: { dice: 1 } }],
      });
    },
    LIMIT_MS,
  );

  it.each(['EXEC', 'INVOKE', 'BATCH'] as const)(
    'run.sh runs the example under %s with Docker alone',
    async (contract) => {
      rules = rulesWith({ contract });
      const kit = path.join(folder, `run-${contract}`);
      await writeKit(kit, kitOf());
      const input = path.join(kit, 'example/input');
      const scan = contract === 'BATCH' ? `${BIDS}T1w.nii.gz` : 'images/t1-brain-mri/case1.nii.gz';
      await mkdir(path.dirname(path.join(input, scan)), { recursive: true });
      await copyFile(path.join(folder, 'cases', `${BIDS}T1w.nii.gz`), path.join(input, scan));
      const { stdout } = await run('./run.sh', [], { cwd: kit, env: { ...process.env, BASE } });
      expect(stdout).toMatch(/^.*wrote the outputs.*\nexample\/output\/\S+\n$/m);
      const mask =
        contract === 'BATCH' ? `${BIDS}${MASK}` : 'images/stroke-lesion-segmentation/output.nii.gz';
      const { shape, data } = readVolume(await readFile(path.join(kit, 'example/output', mask)));
      expect(shape).toEqual(GRID.shape);
      expect(data).toEqual(new Uint8Array(VOXELS));
    },
    LIMIT_MS,
  );

  it(
    'reads and writes pictures, values and files where the task has them',
    async () => {
      rules = rulesWith({ contract: 'EXEC', task: MIXED });
      const kit = path.join(folder, 'mixed');
      await writeKit(kit, kitOf());
      const input = path.join(kit, 'example/input');
      await mkdir(path.join(input, 'images/slide'), { recursive: true });
      await copyFile(path.join(ROOT, 'public/icon-192.png'), path.join(input, 'images/slide/case1.png'));
      await writeFile(path.join(input, 'notes.csv'), 'a,b\n');
      await mkdir(path.join(kit, 'example/output'), { mode: 0o777 });
      const tag = `${BASE}-mixed`;
      await run('docker', ['build', '--build-arg', `BASE=${BASE}`, '-t', tag, kit]);
      const mount = `${path.join(kit, 'example')}:/example`;
      await run('docker', ['run', '--rm', '--network', 'none', '--user', '0', '-v', mount, tag, '/example']);
      await run('docker', ['rmi', tag]);
      const output = path.join(kit, 'example/output');
      expect((await readdir(output, { recursive: true })).sort()).toEqual([
        'grade.json',
        'images',
        'images/overlay',
        'images/overlay/output.png',
        'table.csv',
      ]);
      expect(await readFile(path.join(output, 'grade.json'), 'utf8')).toBe('0');
      const picture = await readFile(path.join(output, 'images/overlay/output.png'));
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([192, 192]);
    },
    LIMIT_MS,
  );

  it('says what is wrong with what predict returned', async () => {
    rules = rulesWith({ contract: 'EXEC' });
    const checks = `
import numpy as np, json, sys
from pathlib import Path
from case_files import write_outputs
from images import Image
inputs = {"t1-brain-mri": Image(np.zeros((2, 3, 4)), np.eye(4))}
for outputs in ({}, {"mask": 1}, {"stroke-lesion-segmentation": np.zeros((4, 3, 2))}):
    try:
        write_outputs(Path("/tmp/output"), outputs, inputs)
    except ValueError as error:
        print(error)
`;
    const kit = path.join(folder, 'wrong');
    await writeKit(kit, kitOf());
    await writeFile(path.join(kit, 'checks.py'), checks);
    const { stdout } = await run('docker', [
      ...['run', '--rm', '--network', 'none', '-v', `${kit}:/kit:ro`, '--entrypoint', 'python'],
      ...['-e', 'PYTHONDONTWRITEBYTECODE=1', BASE, '/kit/checks.py'],
    ]);
    expect(stdout.trim().split('\n')).toEqual([
      'predict returned no stroke-lesion-segmentation, which is required',
      "predict returned outputs that the task doesn't have: mask",
      'stroke-lesion-segmentation has the shape (4, 3, 2), t1-brain-mri has (2, 3, 4)',
    ]);
    expect(kitTexts(kitOf())['README.md']).toContain('`stroke-lesion-segmentation`');
  });
});

const MIXED: Task = taskSchema.parse({
  inputs: [
    { slug: 'slide', title: 'Slide', kind: 'Image', relative_path: 'images/slide', format: 'png' },
    { slug: 'age', title: 'Age', kind: 'Float', relative_path: 'age.json', required: false },
    { slug: 'notes', title: 'Notes', kind: 'CSV', relative_path: 'notes.csv' },
  ],
  outputs: [
    { slug: 'grade', title: 'Grade', kind: 'Integer', relative_path: 'grade.json' },
    {
      slug: 'overlay',
      title: 'Overlay',
      kind: 'Segmentation',
      relative_path: 'images/overlay',
      format: 'png',
    },
    { slug: 'table', title: 'Table', kind: 'CSV', relative_path: 'table.csv' },
    { slug: 'report', title: 'Report', kind: 'PDF', relative_path: 'report.pdf', required: false },
  ],
  scoring: { kind: 'values', outputs: ['grade'] },
});

/** The built-in task with another format of its images. */
function strokeIn(format: 'nii.gz' | 'mha'): Task {
  const convert = (socket: Socket) => (socket.super_kind === 'Image' ? { ...socket, format } : socket);
  return taskSchema.parse({
    ...STROKE_T1,
    inputs: STROKE_T1.inputs.map(convert),
    outputs: STROKE_T1.outputs.map(convert),
  });
}

function rulesWith(changed: Partial<PhaseRules>): PhaseRules {
  const [phase] = STROKE_T1_TEMPLATE.define(new Date()).phases;
  return phaseRulesSchema.parse({ ...phase, ...changed, phaseSlug: 'test' });
}

/** A challenge as its site answers, with one phase. */
function challengeWith(rules: PhaseRules): ChallengeView {
  const { slug, title, question, summary, synthetic, visibility, links, dates } = STROKE_T1_TEMPLATE.define(
    new Date(),
  );
  const texts = {
    slug,
    title,
    question,
    summary,
    synthetic,
    citation: null,
    terms: null,
    maxTeamSize: null,
    visibility,
    links,
    dates,
    organizers: [],
    logo: null,
  };
  const phaseRules = [{ ...rules, phaseSlug: 'test' }];
  return { ...texts, phases: [], teamCount: 0, leaders: null, viewerOrganizes: false, phaseRules };
}
