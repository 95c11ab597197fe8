import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { STROKE_T1_TEMPLATE } from '#examples/challenges/stroke-t1/challenge.ts';
import type { ChallengeView } from '#lib/api/challenges.ts';
import { phaseRulesSchema } from '#lib/api/phase-rules.ts';
import { ERROR_EXPLANATIONS } from '#lib/domain/evaluations/codes.ts';
import { METRIC_NAMES } from '#lib/domain/metrics/metrics.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { buildShellImage, serving } from '#test/support/images/busybox.ts';
import { tarOf } from '#test/support/images/tar.ts';
import { niftiFile } from '#test/support/imaging/nifti-files.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { engineGet } from '#test/support/sandbox/arena.ts';
import { strokeTask } from '#test/support/stroke-case.ts';
import { type StartedTry, startTry } from '#test/support/try-command.ts';

const MHA_TASK = strokeTask({ format: 'mha' });

const MASK_FOLDER = '/output/images/stroke-lesion-segmentation';
const WRITE_MASK = `mkdir -p ${MASK_FOLDER} && cp /mask.nii.gz ${MASK_FOLDER}/`;
const GRID = { shape: [8, 8, 8], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] } as const;
const engine = openEngine();

/** A challenge as its site answers, with a phase that runs containers by these rules. */
function challengeWith(rules: ContainerRules): ChallengeView {
  const { slug, title, question, summary, synthetic, visibility, links, dates, phases } =
    STROKE_T1_TEMPLATE.define(new Date());
  const phaseRules = [phaseRulesSchema.parse({ ...phases[0], ...rules, phaseSlug: 'test' })];
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
  return { ...texts, phases: [], teamCount: 0, leaders: null, viewerOrganizes: false, phaseRules };
}

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-cli-try-'));
  data = path.join(folder, 'data');
  await addCase('a', true);
  await addCase('b', false);
});
afterEach(async () => {
  // The command keeps its folders in a temporary one of its own: TMPDIR below.
  expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
  expect(mountsBelow(folder)).toEqual([]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Running or not. Nobody else has an image of this test. */
async function containersOf(imageId: string): Promise<string[]> {
  const all = await engineGet<{ ImageID: string; State: string }[]>('/containers/json?all=true');
  return all.filter(({ ImageID }) => ImageID === imageId).map(({ State }) => State);
}

const volume = (valueAt: (index: number) => number) =>
  encodeNifti({ ...GRID, data: Uint8Array.from({ length: 512 }, (_, i) => valueAt(i)), gzipLevel: 6 });

const MAP = encodeNifti({ ...GRID, data: new Float32Array(512).fill(0.5), gzipLevel: 6 });

/** The true mask is the first 40 voxels, what `WRITE_MASK` leaves the first 60: Dice 80 / 100. */
async function addCase(name: string, hasTruth: boolean): Promise<void> {
  const scan = volume(() => name.charCodeAt(0));
  await addFiles(data, name, scan, hasTruth ? volume((i) => (i < 40 ? 1 : 0)) : null);
}

async function addFiles(to: string, name: string, scan: Uint8Array, truth: Uint8Array | null): Promise<void> {
  const anat = path.join(to, `sub-${name}`, 'ses-1', 'anat');
  await mkdir(anat, { recursive: true });
  const base = path.join(anat, `sub-${name}_ses-1_space-MNI152NLin2009aSym_`);
  await writeFile(`${base}T1w.nii.gz`, scan);
  if (truth) await writeFile(`${base}label-L_desc-T1lesion_mask.nii.gz`, truth);
}

const TRUE_VOXELS = Uint8Array.from({ length: 512 }, (_, i) => Number(i < 40));

let count = 0;
async function image(script: string, labels: Record<string, string> = {}): Promise<string> {
  const file = path.join(folder, `image-${count++}.tar`);
  const files = [
    { path: 'mask.nii.gz', mode: 0o644, content: volume((i) => (i < 60 ? 1 : 0)) },
    { path: 'map.nii.gz', mode: 0o644, content: MAP },
    // Makes the image unique, because an image shared with another test would stay in the engine.
    { path: 'test', mode: 0o644, content: Buffer.from(path.basename(folder)) },
  ];
  await buildShellImage(file, { script, files, labels });
  return file;
}

function start(args: readonly string[], environment: Record<string, string> = {}): StartedTry {
  return startTry(args, { TMPDIR: path.join(folder, 'tmp'), ...environment });
}
beforeAll(() => mkdir(path.join(folder, 'tmp')));

async function tryJson(script: string, ...args: string[]) {
  const ended = await start([await image(script), '--data', data, '--json', '-', ...args]).ended;
  const report = ended.stdout === '' ? null : JSON.parse(ended.stdout);
  if (report?.image.id) {
    expect(await containersOf(report.image.id)).toEqual([]);
    expect(await engine.imageExists(report.image.id)).toBe(false);
  }
  return { ...ended, report };
}

describe('heldout try', () => {
  it('runs every case, scores it if there is a true mask, and cleans up', async () => {
    const { status, stderr, report } = await tryJson(`echo hello from $(id -u); sleep 0.3; ${WRITE_MASK}`);
    expect(status).toBe(0);
    const facts = { code: null, message: null, seconds: expect.any(Number) };
    expect(report).toEqual({
      verdict: 'passed',
      image: { id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), code: null, message: null },
      cases: [
        {
          case: 'sub-a_ses-1',
          status: 'scored',
          ...facts,
          peakMemoryBytes: expect.anything(),
          metrics: expect.objectContaining({ dice: 0.8 }),
        },
        { case: 'sub-b_ses-1', status: 'valid', ...facts, peakMemoryBytes: expect.anything(), metrics: {} },
      ],
      scorer: null,
    });
    expect(Object.keys(report.cases[0].metrics)).toEqual([...METRIC_NAMES]);
    expect(stderr).toContain('  | hello from 1234\n');
    expect(stderr).toContain('on 2 cases:\n  Contract        exec, one container per case\n');
    expect(stderr).toContain('  Limits          1 CPU, 2 GiB of memory, 300 s per case, no GPU\n');
    expect(stderr).toContain('  Further limits  256 processes and threads, 256 MiB of output per case');
    expect(stderr.match(/^\d of 2 {2}sub-/gm)).toEqual(['1 of 2  sub-', '2 of 2  sub-']);
    expect(stderr).toContain('dice 0.800');
    expect(stderr).toMatch(/\nPassed: 2 of 2 cases have valid outputs\.\n$/);
  });

  it('explains errors as the platform does, with what to do about them', async () => {
    const isB = 'gunzip -c /input/images/t1-brain-mri/* | tail -c 1 | grep -q b';
    const { status, stderr, report } = await tryJson(
      `if ${isB}; then echo broken >&2; exit 3; fi; ${WRITE_MASK}`,
    );
    expect(status).toBe(1);
    expect(report.verdict).toBe('failed');
    expect(report.cases[1]).toMatchObject({
      status: 'failed',
      code: 'EXIT_NONZERO',
      message: 'The program exited with code 3.',
      metrics: {},
    });
    expect(stderr).toContain('  | broken\n');
    const { meaning, steps } = ERROR_EXPLANATIONS.EXIT_NONZERO;
    for (const sentence of [meaning, ...steps]) expect(stderr).toContain(sentence);
    expect(stderr).toContain('Failed: 1 of 2 cases have valid outputs.');
  });

  it('rejects what the scorer rejects, even without a true mask', async () => {
    const { status, report } = await tryJson(
      `mkdir -p ${MASK_FOLDER} && cp /map.nii.gz ${MASK_FOLDER}/m.nii.gz`,
    );
    expect(status).toBe(1);
    expect(report.cases.map(({ status, code }: Record<string, unknown>) => [status, code])).toEqual([
      ['rejected', 'NOT_BINARY'],
      ['rejected', 'NOT_BINARY'],
    ]);
  });

  it('enforces the given limits', async () => {
    const { report } = await tryJson('sleep 60', '--time-limit-seconds', '1');
    expect(report.cases.map(({ code }: { code: string }) => code)).toEqual(['TIME_LIMIT', 'TIME_LIMIT']);
    const memory = await tryJson(
      'echo $HELDOUT_MEMORY_BYTES $HELDOUT_CPUS; exit 1',
      '--memory-mib',
      '64',
      '--cpus',
      '0.5',
    );
    expect(memory.stderr).toContain(`  | ${64 * 2 ** 20} 0.5\n`);
  });

  it('gives containers a header that every reader sees alike, and scores on the scan’s grid', async () => {
    const unset = path.join(folder, 'unset');
    const common = { dim: [3, 8, 8, 8, 1, 1, 1, 1] };
    const scan = niftiFile({ ...common, sformCode: 0, data: new Uint8Array(512) });
    // ITK's mask of a scan without codes: LPS, voxel 0 at the origin.
    const sform = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0];
    await addFiles(unset, 'a', gzipSync(scan), gzipSync(niftiFile({ ...common, sform, data: TRUE_VOXELS })));
    // Copies the header of its scan, whose type is that of the mask, too.
    const script = `mkdir -p ${MASK_FOLDER}; gunzip -c /input/images/t1-brain-mri/* | head -c 352 > /tmp/m.nii
      gunzip -c /mask.nii.gz | tail -c 512 >> /tmp/m.nii; od -A n -t d2 -j 252 -N 4 /tmp/m.nii
      cp /tmp/m.nii ${MASK_FOLDER}/`;
    const { report, stderr } = await tryJson(script, '--data', unset);
    expect(stderr).toMatch(/ {2}\| +2 +2\n/);
    expect(report.cases).toMatchObject([{ status: 'scored', metrics: { dice: 0.8 } }]);
  });

  it('accepts a mask without geometry only on request', async () => {
    const moved = path.join(folder, 'moved');
    const affine = [-1, 0, 0, 17, 0, 1, 0, -4, 0, 0, 1, -3, 0, 0, 0, 1];
    const scan = encodeNifti({ shape: GRID.shape, affine, data: new Uint8Array(512).fill(1) });
    await addFiles(moved, 'a', scan, encodeNifti({ shape: GRID.shape, affine, data: TRUE_VOXELS }));
    // The image's mask has spacing 1, origin 0 and no rotation.
    const strict = await tryJson(WRITE_MASK, '--data', moved);
    expect(strict.report.cases).toMatchObject([{ status: 'rejected', code: 'AFFINE' }]);
    const lenient = await tryJson(WRITE_MASK, '--data', moved, '--missing-geometry');
    expect(lenient.stderr).toContain('headers without geometry are accepted');
    expect(lenient.report.cases).toMatchObject([{ status: 'scored', metrics: { dice: 0.8 } }]);
  });

  it('supports the other contracts', async () => {
    const served = await tryJson(serving(WRITE_MASK), '--contract', 'invoke');
    expect(served.report).toMatchObject({ verdict: 'passed', cases: [{ metrics: { dice: 0.8 } }, {}] });
    const batch = await tryJson(
      `for s in /input/sub-*/ses-1/anat/*_T1w.nii.gz; do m=/output\${s#/input}; mkdir -p $(dirname $m)
       cp /mask.nii.gz \${m%_T1w.nii.gz}_label-L_desc-T1lesion_mask.nii.gz; done`,
      '--contract',
      'batch',
    );
    expect(batch.report).toMatchObject({ verdict: 'passed', cases: [{ metrics: { dice: 0.8 } }, {}] });
  });

  it('refuses an image whose label names another contract, as the platform does', async () => {
    const file = await image(serving(WRITE_MASK), { 'org.grand-challenge.api-method': 'invoke' });
    const { stdout, status } = await start([file, '--data', data, '--json', '-']).ended;
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'failed',
      image: {
        id: null,
        code: 'IMAGE_INVALID',
        message: expect.stringMatching(/says invoke, but this phase’s contract is exec\./),
      },
      cases: [],
    });
  });

  it('provides MetaImage and a model archive on request', async () => {
    const model = path.join(folder, 'model.tar.gz');
    await writeFile(model, gzipSync(await tarOf([{ name: 'weights', content: 'good' }])));
    const task = path.join(folder, 'task.json');
    await writeFile(task, JSON.stringify(MHA_TASK));
    const script = `ls /input/images/t1-brain-mri | grep -q 'mha$' && grep -q good /opt/ml/model/weights && ${WRITE_MASK}`;
    const { report } = await tryJson(script, '--task', task, '--model', model);
    expect(report).toMatchObject({ verdict: 'passed' });
  });

  it('takes the rules of a phase from its site, and options override them', async () => {
    const rules: ContainerRules = {
      contract: 'EXEC',
      task: { ...MHA_TASK, inputs: MHA_TASK.inputs.slice(0, 1) },
      acceptsMissingGeometry: false,
      requiresGvisor: true,
      gpu: null,
      limits: { ...DEFAULT_LIMITS, memoryMib: 96, pids: 32, timeLimitSeconds: 7 },
    };
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.end(JSON.stringify(challengeWith(rules)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = `ls /input /input/images/t1-brain-mri; echo $HELDOUT_MEMORY_BYTES; ${WRITE_MASK}`;
    try {
      const taken = await tryJson(
        script,
        '--phase',
        'stroke/test',
        '--site',
        site,
        '--pids',
        '64',
        '--no-gvisor',
      );
      expect(asked).toEqual(['/api/v1/challenges/stroke']);
      expect(taken.report).toMatchObject({ verdict: 'passed' });
      expect(taken.stderr).toContain('  Contract        exec, one container per case\n');
      expect(taken.stderr).toContain('  Input           T1-weighted MRI (.mha)\n');
      expect(taken.stderr).toContain('  Limits          1 CPU, 96 MiB of memory, 7 s per case, no GPU\n');
      expect(taken.stderr).toContain('  Further limits  64 processes and threads,');
      expect(taken.stderr).toContain(`  | ${96 * 2 ** 20}\n`);
      expect(taken.stderr).not.toContain('stroke-metadata.json');
      expect(taken.stderr).not.toContain('gVisor');
      const unknown = await tryJson('true', '--phase', 'stroke/open', '--site', site);
      expect([unknown.status, unknown.stderr]).toEqual([
        1,
        'heldout try: stroke has no phase "open", only test.\n',
      ]);
    } finally {
      server.close();
    }
    const away = await tryJson('true', '--phase', 'stroke/test', '--site', site);
    expect(away).toMatchObject({ status: 1, stderr: expect.stringContaining(`${site} can't be reached`) });
  });

  it('names every unusable scan and mask before anything runs', async () => {
    const broken = path.join(folder, 'broken');
    await cp(data, broken, { recursive: true });
    const anat = (name: string) => path.join(broken, `sub-${name}`, 'ses-1', 'anat');
    const mask = 'sub-a_ses-1_space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask.nii.gz';
    await writeFile(path.join(anat('a'), mask), 'no mask');
    const scan = path.join(anat('b'), 'sub-b_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz');
    await writeFile(scan, '');
    const { status, stdout, stderr } = await start([await image('true'), '--data', broken]).ended;
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain("2 of 2 cases can't be used; nothing was run.");
    expect(stderr).toContain(
      `sub-a_ses-1: ${path.join(anat('a'), mask)}: The file (7 bytes) is neither NIfTI`,
    );
    expect(stderr).toContain(`sub-b_ses-1: ${scan}: The file is empty`);
  });

  it('rejects an invalid image without running a case', async () => {
    const file = path.join(folder, 'none.tar');
    await writeFile(file, 'hello');
    const { status, stdout } = await start([file, '--data', data]).ended;
    expect(status).toBe(1);
    expect(stdout).toContain(ERROR_EXPLANATIONS.IMAGE_INVALID.meaning);
    expect(stdout).toContain('Failed: the image can’t be run.');
  });

  it('explains invalid arguments, missing files and missing capabilities', async () => {
    const file = await image('true');
    for (const [args, status, message] of [
      [['--data', data], 2, 'pass one image archive.'],
      [[file], 2, '--data FOLDER is missing.'],
      [[file, '--data', data, '--contract', 'ssh'], 2, '--contract takes exec, invoke or batch, not "ssh".'],
      [[file, '--data', data, '--memory-mib', '1'], 2, 'a whole number from 64 to 4194304, not "1"'],
      [[file, '--data', data, '--cpus', 'all'], 2, '--cpus takes a number from 0.1 to 256, not "all"'],
      [[file, '--data', path.join(folder, 'tmp')], 1, 'No scan found in'],
      [[path.join(folder, 'nowhere.tar'), '--data', data], 1, 'nowhere.tar doesn’t exist.'],
      [[folder, '--data', data], 1, 'isn’t a file. Pass an archive'],
      [[file, '--data', path.join(folder, 'nowhere')], 1, 'nowhere doesn’t exist.'],
      [[file, '--data', file], 1, 'is a file. Pass a folder of scans.'],
      [
        [file, '--data', data, '--json', '/nowhere/report.json'],
        1,
        "can't be written to /nowhere/report.json",
      ],
      [[file, '--data', data, '--site', 'http://127.0.0.1:1'], 2, '--site needs --phase CHALLENGE/PHASE'],
      [
        [file, '--data', data, '--cpus', '256'],
        3,
        'The container needs 256 processors, but this machine has',
      ],
      [[file, '--data', data, '--memory-mib', '4194304'], 3, 'Use --memory-mib to try it with less'],
      [[file, '--data', data, '--gpus', '16:H100'], 3, 'needs 16 GPUs (H100), but this engine has 0'],
    ] as const) {
      const ended = await start(args).ended;
      expect([ended.status, ended.stderr]).toEqual([status, expect.stringContaining(message)]);
    }
    const DOCKER_HOST = `unix://${path.join(folder, 'nobody.sock')}`;
    const missing = await start([file, '--data', data], { DOCKER_HOST }).ended;
    expect([missing.status, missing.stderr]).toEqual([3, expect.stringContaining('heldout doctor')]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s to all its processes removes containers, mounts and the image',
    async (signal) => {
      const running = start([await image('echo started; sleep 100'), '--data', data]);
      const idOf = () => /sha256:[0-9a-f]{64}/.exec(running.output.stdout)?.[0] ?? '';
      await expect.poll(() => containersOf(idOf()), { timeout: 20_000 }).toContain('running');
      const at = performance.now();
      process.kill(-(running.child.pid as number), signal);
      expect((await running.ended).status).toBe(130);
      expect(performance.now() - at).toBeLessThan(4000);
      expect(await containersOf(idOf())).toEqual([]);
      expect(await engine.imageExists(idOf())).toBe(false);
    },
  );

  it('removes the remains of killed runs, and nothing of a live run', async () => {
    const waiting = ['--data', data, '--cpus', '0.5'];
    const [lonely, shared] = [await image('sleep 100'), await image('sleep 101')];
    // Killed with its temporary folders in another place than the next run's.
    const TMPDIR = path.join(folder, 'elsewhere');
    await mkdir(TMPDIR);
    const [first, second] = [start([lonely, ...waiting], { TMPDIR }), start([shared, ...waiting])];
    const dead = await Promise.all([first, second].map(nameOfWorking));
    const alive = start([shared, ...waiting]);
    try {
      const living = await nameOfWorking(alive);
      const before = await everythingOf(living);
      for (const { child, ended } of [first, second]) {
        child.kill('SIGKILL');
        await ended;
      }
      for (const name of dead) expect(await everythingOf(name)).toMatchObject({ mounts: { length: 3 } });

      const { status, stdout } = await start([await image(WRITE_MASK), '--data', data]).ended;
      expect(status).toBe(0);
      // Each two cases and what holds the image; the memory and two outputs. The other image is still used.
      expect(stdout.split('\n')[0]).toBe(
        'Removed the remains of 2 earlier runs that were killed: 6 containers, 6 mounts, 2 folders, 1 image.',
      );
      for (const name of dead) expect(await everythingOf(name)).toEqual({ containers: [], mounts: [] });
      expect(readdirSync(TMPDIR)).toEqual([]);
      expect(readdirSync(path.join(folder, 'tmp'))).toEqual([living]);
      expect(await everythingOf(living)).toEqual(before);
      expect(await engine.imageExists(idOf(first))).toBe(false);
    } finally {
      alive.child.kill('SIGINT');
      await alive.ended;
    }
    expect(alive.child.exitCode).toBe(130);
    // It was there before the run that used it last.
    expect(await engine.removeImage(idOf(alive))).toBe(true);
  });
});

function idOf({ output }: StartedTry): string {
  return /sha256:[0-9a-f]{64}/.exec(output.stdout)?.[0] ?? '';
}

/** As soon as a container of each case runs: what the run is called. */
async function nameOfWorking({ child }: StartedTry): Promise<string> {
  const ofRun = async () =>
    (await engine.listContainers('heldout.runner')).filter(
      ({ name, running }) => running && name.includes(`-${child.pid}-`),
    );
  await expect.poll(ofRun, { timeout: 20_000 }).toHaveLength(2);
  return (await ofRun())[0]?.labels['heldout.runner'] ?? '';
}

async function everythingOf(run: string) {
  const containers = await engine.listContainers(`heldout.runner=${run}`);
  const mounts = mountsBelow(folder).filter((point) => point.includes(run));
  return { containers: containers.map(({ id, running }) => [id, running]).sort(), mounts };
}
