import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImageArchive, type ImageSpec } from '#examples/images/image-archive.ts';
import { NODE_PATH, nodeRootfs } from '#examples/images/node-rootfs.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { containerSpec } from '#runner/sandbox/policy/profile.ts';
import { seccompProfile } from '#runner/sandbox/policy/seccomp.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import type { LoadedImage } from '#runner/types.ts';
import { shellLayer } from '#test/support/images/busybox.ts';
import { tarOf } from '#test/support/images/tar.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { containerRules } from '#test/support/sandbox/container-rules.ts';
import { type OneCase, runOne } from '#test/support/sandbox/run-one.ts';
import { MAP, maskOf, strokeInput, strokeTask } from '#test/support/stroke-case.ts';

const RUNNER = `sandbox-test-${process.pid}`;
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  memoryMib: 256,
  outputMib: 8,
  timeLimitSeconds: 20,
  imageMib: 512,
};
const MASK = '/output/images/stroke-lesion-segmentation';
const COPY = `mkdir -p ${MASK} && cp /input/images/t1-brain-mri/* ${MASK}/`;
const engine = openEngine();
const loaded: LoadedImage[] = [];
let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heldout-sandbox-'));
  sandbox = await openSandbox({ runner: RUNNER, scratch: join(folder, 'scratch') });
});
afterAll(async () => {
  await sandbox.sweep();
  for (const { id } of loaded) await sandbox.removeImage(id);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

async function load(spec: ImageSpec): Promise<LoadedImage> {
  const { file } = await buildImageArchive(join(folder, 'image.tar'), spec);
  const image = await sandbox.prepareImage(createReadStream(file), LIMITS);
  loaded.push(image);
  return image;
}
const shell = async (script: string) =>
  load({ layers: [await shellLayer()], entrypoint: ['/bin/sh', '-c', script] });

let count = 0;
const request = (image: LoadedImage, changes: Partial<OneCase> = {}): OneCase => ({
  image,
  rules: { limits: LIMITS },
  input: strokeInput({ id: 'case-1', scan: Buffer.from('scan') }),
  name: `${RUNNER}-${count++}`,
  labels: { 'heldout.evaluation': 'e1' },
  signal: new AbortController().signal,
  ...changes,
});

async function expectNothingLeft(): Promise<void> {
  expect(await engine.listContainers(`heldout.runner=${RUNNER}`)).toEqual([]);
  expect(await readdir(join(folder, 'scratch', 'memory'))).toEqual([]);
  expect(mountsBelow(folder)).toEqual([join(folder, 'scratch', 'memory')]);
}

describe('one case in one container', () => {
  test('the contents of /output are returned with the facts of the container run, and nothing is left', async () => {
    const map = '/output/images/lesion-probability-map';
    const image = await shell(`${COPY}; mkdir -p ${map}; echo map > ${map}/p.mha; echo done`);
    const run = await runOne(
      sandbox,
      request(image, { rules: { limits: LIMITS, task: strokeTask({ maps: true }) } }),
    );
    expect(run).toMatchObject({
      kind: 'output',
      outputs: {
        [LESIONS]: { ending: '.nii.gz', bytes: Buffer.from('scan') },
        [MAP]: { ending: '.mha', bytes: Buffer.from('map\n') },
      },
      exitCode: 0,
      log: 'done\n',
    });
    expect(run.seconds).toBeGreaterThan(0);
    await expectNothingLeft();
  });

  test('a probability map is ignored if the phase does not accept maps, even if it is a link', async () => {
    const map = '/output/images/lesion-probability-map';
    const image = await shell(`${COPY}; mkdir -p ${map}; ln -s /etc/passwd ${map}/p.mha`);
    const ignored = await runOne(sandbox, request(image));
    expect(ignored.kind === 'output' && Object.keys(ignored.outputs)).toEqual([LESIONS]);
    const accepted = await runOne(
      sandbox,
      request(image, { rules: { limits: LIMITS, task: strokeTask({ maps: true }) } }),
    );
    expect(accepted).toMatchObject({ kind: 'submissionError', code: 'OUTPUT_UNSAFE' });
    await expectNothingLeft();
  });

  test('four parallel containers do not see each other’s data', async () => {
    const image = await shell(`${COPY}; sleep 0.3; ls /output/images/*`);
    const runs = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) =>
        runOne(sandbox, request(image, { input: strokeInput({ id, format: 'mha', scan: Buffer.from(id) }) })),
      ),
    );
    expect(runs.map((run) => (run.kind === 'output' ? String(maskOf(run)) : run.kind))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    expect(runs.map(({ log }) => log)).toEqual(['a.mha\n', 'b.mha\n', 'c.mha\n', 'd.mha\n']);
    await expectNothingLeft();
  });

  test('peak memory is measured if the program runs long enough', async () => {
    const run = await runOne(
      sandbox,
      request(await shell('head -c 60m /dev/zero > /tmp/x; sleep 0.5; exit 1')),
    );
    expect(run.peakMemoryBytes).toBeGreaterThan(60 * 2 ** 20);
    expect(run.peakMemoryBytes).toBeLessThan(80 * 2 ** 20);
  });
});

describe('a model archive', () => {
  const LOOK =
    'exec 2>&1; ls /opt/ml/model; cat /opt/ml/model/weights/a; echo x > /opt/ml/model/new; echo $?; exit 1';

  test('is readable by every user and read-only, and disposing removes its folder', async () => {
    const tar = await tarOf([
      { name: './', type: 'directory' },
      { name: './weights/a', mode: 0o600, uid: 4711, content: 'one\n' },
      { name: 'b', type: 'symlink', linkname: 'weights/a' },
    ]);
    {
      await using model = await sandbox.unpackModel(Readable.from([gzipSync(tar)]), LIMITS);
      const run = await runOne(sandbox, request(await shell(LOOK), { modelFolder: model.path }));
      expect(run.log).toBe(
        "b\nweights\none\n/bin/sh: can't create /opt/ml/model/new: Read-only file system\n1\n",
      );
    }
    expect(await readdir(join(folder, 'scratch', 'disk'))).toEqual([]);
    await expectNothingLeft();
  });

  test('does not hide the image’s own files if none was submitted', async () => {
    const image = await load({
      layers: [
        await shellLayer(),
        [{ path: 'opt/ml/model/own', mode: 0o644, content: Buffer.from('the image’s') }],
      ],
      entrypoint: ['/bin/sh', '-c', 'cat /opt/ml/model/own; exit 1'],
    });
    expect((await runOne(sandbox, request(image))).log).toBe('the image’s');
  });
});

describe('typical programs run under our system call profile', () => {
  test('Node: worker threads, child processes, a server, crypto', async () => {
    const script = `
      import { Worker } from 'node:worker_threads';
      import { scryptSync } from 'node:crypto';
      import { spawnSync } from 'node:child_process';
      import { createServer } from 'node:http';
      const answers = await Promise.all([1, 2, 3].map((n) => new Promise((resolve) =>
        new Worker('require("node:worker_threads").parentPort.postMessage(' + n + ' * 2)', { eval: true }).on('message', resolve))));
      const child = spawnSync(process.execPath, ['-p', '6 * 7']);
      const server = createServer((_, response) => response.end('ok')).listen(4743);
      const served = await (await fetch('http://127.0.0.1:4743')).text();
      server.close();
      console.log(JSON.stringify([answers, String(child.stdout).trim(), served, scryptSync('a', 'b', 8).length]));
      process.exit(1);`;
    const image = await load({
      layers: [await nodeRootfs(), [{ path: 'run.mjs', mode: 0o644, content: Buffer.from(script) }]],
      entrypoint: [NODE_PATH, '/run.mjs'],
      user: 'algorithm',
    });
    const run = await runOne(sandbox, request(image));
    expect(run.log).toBe('[[2,4,6],"42","ok",8]\n');
  });
});

describe('interruptions', () => {
  test('aborting before the start creates no container', async () => {
    const reason = new PlatformError('RUNNER_STOPPED', 'stopped');
    const run = runOne(sandbox, request(await shell('sleep 100'), { signal: AbortSignal.abort(reason) }));
    await expect(run).rejects.toBe(reason);
    await expectNothingLeft();
  });

  test.each([0, 20, 80, 200, 600])(
    'aborting after %i ms stops the container within 2 s and reports the given reason',
    async (ms) => {
      const reason = new PlatformError('RUNNER_STOPPED', 'stopped');
      const controller = new AbortController();
      const run = runOne(sandbox, request(await shell('sleep 100'), { signal: controller.signal }));
      run.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, ms));
      const abortedAt = performance.now();
      controller.abort(reason);
      await expect(run).rejects.toBe(reason);
      expect(performance.now() - abortedAt).toBeLessThan(2000);
      await expectNothingLeft();
    },
  );

  test('a container that someone else removes is a platform error, and nothing is left', async () => {
    const name = `${RUNNER}-victim`;
    const run = runOne(sandbox, request(await shell('sleep 100'), { name }));
    run.catch(() => undefined);
    await expect
      .poll(async () =>
        (await engine.listContainers(`heldout.runner=${RUNNER}`)).map(({ running }) => running),
      )
      .toEqual([true]);
    await engine.removeContainer(`${name}-0-1`);
    await expect(run).rejects.toMatchObject({ name: 'PlatformError' });
    await expectNothingLeft();
  });

  test('a container that an unknown sender kills is retried once and then fails', async () => {
    const name = `${RUNNER}-killed`;
    const run = runOne(sandbox, request(await shell('sleep 100'), { name }));
    for (const attempt of [1, 2]) {
      const victim = `${name}-0-${attempt}`;
      await expect
        .poll(async () =>
          (await engine.listContainers(`heldout.runner=${RUNNER}`)).filter(({ running }) => running),
        )
        .toMatchObject([{ name: victim }]);
      await engine.killContainer(victim);
    }
    expect(await run).toMatchObject({ kind: 'submissionError', code: 'EXIT_NONZERO', exitCode: 137 });
    await expectNothingLeft();
  });
});

describe('leftovers of a dead runner', () => {
  async function leave(name: string, runner = RUNNER) {
    const image = await shell('sleep 100');
    const id = await engine.createContainer(
      containerSpec({
        name,
        labels: { 'heldout.runner': runner },
        image,
        rules: containerRules({ limits: LIMITS }),
        inputFolder: folder,
        outputFolder: folder,
        modelFolder: null,
        seccomp: seccompProfile(),
      }),
    );
    await engine.startContainer(id);
    return id;
  }

  test('a sweep removes its containers, mounts and folders, but not those of others', async () => {
    await leave(`${RUNNER}-left`);
    const other = await leave(`${RUNNER}-other`, `${RUNNER}-other`);
    await sandbox.sweep();
    await expectNothingLeft();
    expect((await engine.inspectContainer(other)).running).toBe(true);
    await engine.removeContainer(other);
  });

  test('a dead container does not keep its name locked', async () => {
    const name = `${RUNNER}-again`;
    await leave(`${name}-0-1`);
    expect(await runOne(sandbox, request(await shell(COPY), { name }))).toMatchObject({ kind: 'output' });
    await expectNothingLeft();
  });

  test('a name that another runner uses is respected', async () => {
    const name = `${RUNNER}-taken`;
    const other = await leave(`${name}-0-1`, `${RUNNER}-other`);
    await expect(runOne(sandbox, request(await shell(COPY), { name }))).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    expect((await engine.inspectContainer(other)).running).toBe(true);
    await engine.removeContainer(other);
    await expectNothingLeft();
  });
});

describe('the engine', () => {
  test('an engine that does not answer is ENGINE_LOST', async () => {
    const missingEngine = openEngine({ socketPath: join(folder, 'missingEngine.sock') });
    await expect(missingEngine.ping()).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    await expect(missingEngine.loadImage(createReadStream('/dev/null'))).rejects.toMatchObject({
      code: 'ENGINE_LOST',
    });
  });

  test('a mount with a missing source fails and creates no folder', async () => {
    const image = await shell('true');
    const missing = join(folder, 'missing');
    const spec = containerSpec({
      name: `${RUNNER}-missing`,
      labels: {},
      image,
      rules: containerRules({ limits: LIMITS }),
      inputFolder: missing,
      outputFolder: missing,
      modelFolder: null,
      seccomp: seccompProfile(),
    });
    await expect(engine.createContainer(spec)).rejects.toMatchObject({ name: 'PlatformError' });
    expect(await readdir(folder)).not.toContain('missing');
  });

  test('removing or killing a missing container has no effect', async () => {
    const gone = 'f'.repeat(64);
    await engine.killContainer(gone);
    await engine.removeContainer(gone);
    await engine.removeImage(`sha256:${gone}`);
    expect(await engine.imageExists(`sha256:${gone}`)).toBe(false);
  });

  test('a phase that requires gVisor never runs without it', async () => {
    const image = await shell('true');
    const run = runOne(sandbox, request(image, { rules: { limits: LIMITS, requiresGvisor: true } }));
    await expect(run).rejects.toMatchObject({ message: expect.stringContaining('requires gVisor') });
    await expectNothingLeft();
  });
});
