import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import type { CaseRun, CasesRequest, LoadedImage } from '#runner/types.ts';
import { buildPuppetImage } from '#test/support/images/puppet.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { containerRules } from '#test/support/sandbox/container-rules.ts';
import { MAP, maskOf, strokeInput, strokeTask } from '#test/support/stroke-case.ts';

const RUNNER = `invoke-test-${process.pid}`;
const UID = 23_457;
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  memoryMib: 256,
  pids: 64,
  outputMib: 8,
  timeLimitSeconds: 20,
  imageMib: 512,
};
const SHORT_START_SECONDS = 1;
const engine = openEngine();
let folder: string;
let sandbox: Sandbox;
/** Gives a server very little time to become healthy. */
let impatient: Sandbox;
let puppet: LoadedImage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heldout-invoke-'));
  sandbox = await openSandbox({ runner: RUNNER, scratch: join(folder, 'scratch') });
  impatient = await openSandbox({
    runner: RUNNER,
    scratch: join(folder, 'impatient'),
    startUpSeconds: SHORT_START_SECONDS,
  });
  const { file } = await buildPuppetImage(join(folder, 'image.tar'), String(UID));
  puppet = await sandbox.prepareImage(createReadStream(file), LIMITS);
});
afterEach(expectNothingLeft);
afterAll(async () => {
  await sandbox.sweep();
  await sandbox.removeImage(puppet.id);
  await sandbox.close();
  await impatient.close();
  await rm(folder, { recursive: true, force: true });
});

/** The server's start-up code is the image's only argument, so that the image is loaded only once. */
const puppetWith = (started: string): LoadedImage => ({ ...puppet, cmd: [started] });

async function expectNothingLeft(): Promise<void> {
  expect(await engine.listContainers(`heldout.runner=${RUNNER}`)).toEqual([]);
  const memories = ['scratch', 'impatient'].map((name) => join(folder, name, 'memory'));
  for (const memory of memories) expect(readdirSync(memory)).toEqual([]);
  expect(mountsBelow(folder)).toEqual(memories);
  expect(processes()).toEqual([]);
}

/** The container's processes, and the relays of this test's runner. */
function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const isRelay = command.includes('relay-process.ts') && status.includes(`PPid:\t${process.pid}\n`);
        const isServer = status.includes(`Uid:\t${UID}\t`);
        return (isRelay || isServer) && !/State:\tZ/.test(status) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

let count = 0;
type Options = Partial<Pick<CasesRequest, 'signal' | 'openCase' | 'onEnded' | 'image'>> & {
  limits?: Partial<Limits>;
  within?: Sandbox;
};

/** Returns the result of each script, in order. */
async function serve(
  scripts: readonly string[],
  { within = sandbox, limits, ...options }: Options = {},
): Promise<CaseRun[]> {
  const runs: CaseRun[] = [];
  await within.runCases({
    image: puppet,
    modelFolder: null,
    parallel: 2,
    name: `${RUNNER}-${count++}`,
    labels: {},
    cases: scripts.map((_, index) => index),
    signal: new AbortController().signal,
    openCase: async (index) => input(index, scripts[index] as string),
    onWorking: async () => undefined,
    onEnded: async (index, run) => {
      runs[index] = run;
    },
    ...options,
    rules: containerRules({ contract: 'INVOKE', limits: { ...LIMITS, ...limits } }),
  });
  return runs;
}
const input = (index: number, script: string) =>
  strokeInput({ id: `case${index}`, scan: Buffer.from(script) });
const codes = (runs: readonly CaseRun[]) =>
  runs.map((run) => (run.kind === 'output' ? String(maskOf(run)) : run.code));

const HONEST = "mask('mask'); reply(201)";

describe('one server for all cases', () => {
  test('each case sees only its own scan, and its mask is collected after the answer', async () => {
    const script = (name: string) => `
      mask(fs.readdirSync('/input/images/t1-brain-mri') + ' [' + fs.readdirSync('/output') + ']');
      state.cases = (state.cases ?? 0) + 1;
      console.log('${name}', state.cases, process.pid, fs.readFileSync('/proc/net/dev', 'utf8').match(/\\w+(?=:)/g) + '');
      reply(201)`;
    const runs = await serve(['a', 'b', 'c'].map(script));
    expect(codes(runs)).toEqual(['case0.nii.gz []', 'case1.nii.gz []', 'case2.nii.gz []']);
    // The server keeps its state, each case has its own log, and the only interface is lo.
    const logs = runs.map(({ log }) => log.replace(/ \d+ lo/, ' PID lo'));
    expect(logs).toEqual(['a 1 PID lo\n', 'b 2 PID lo\n', 'c 3 PID lo\n']);
    for (const run of runs)
      expect(run).toMatchObject({ exitCode: null, outputs: { [LESIONS]: { ending: '.nii.gz' } } });
    for (const { seconds } of runs) expect(seconds).toBeLessThan(2);
  });

  test('a probability map is collected if the phase accepts maps', async () => {
    const map = `const maps = '/output/images/lesion-probability-map'; fs.mkdirSync(maps, { recursive: true });
      fs.writeFileSync(maps + '/p.mha', 'map');`;
    const runs: CaseRun[] = [];
    await sandbox.runCases({
      image: puppet,
      rules: containerRules({ contract: 'INVOKE', task: strokeTask({ maps: true }), limits: LIMITS }),
      modelFolder: null,
      parallel: 1,
      name: `${RUNNER}-map`,
      labels: {},
      cases: [0],
      signal: new AbortController().signal,
      openCase: async () => input(0, `${map} ${HONEST}`),
      onWorking: async () => undefined,
      onEnded: async (_, run) => void runs.push(run),
    });
    expect(runs).toMatchObject([{ outputs: { [MAP]: { bytes: Buffer.from('map') } } }]);
  });

  test('a scan that the server keeps open is empty after its case', async () => {
    const runs = await serve([
      `state.kept = fs.openSync('/input/images/t1-brain-mri/case0.nii.gz'); ${HONEST}`,
      `mask('[' + fs.readFileSync(state.kept) + ']'); reply(201)`,
    ]);
    expect(codes(runs)).toEqual(['mask', '[]']);
  });

  test('the server is frozen between two cases, and its timers stop', async () => {
    const runs = await serve(
      [
        `setInterval(() => { state.ticks = (state.ticks ?? 0) + 1; }, 5); ${HONEST}`,
        'mask(String(state.ticks ?? 0)); reply(201)',
      ],
      {
        onEnded: async (index, run) => {
          // The second case is opened only after the first one is recorded.
          if (index === 0) await ticksWithoutFreezing();
          else ticks = Number(codes([run])[0]);
        },
      },
    );
    expect(runs).toEqual([]);
    expect(ticks).toBeLessThan(30);
  });
  let ticks = Number.POSITIVE_INFINITY;
  /** A timer like the server's that is not frozen; if the server had run, both would count about equally far. */
  async function ticksWithoutFreezing() {
    let ours = 0;
    for await (const _ of setInterval(5)) if (++ours === 100) break;
  }
});

describe('a case that fails', () => {
  test('only that case fails, with its code, and the server is restarted if it ended', async () => {
    const runs = await serve(
      [
        HONEST,
        'process.exit(3)',
        HONEST,
        'reply(500)',
        'reply(201)',
        'process.exit(0)',
        'while (true);',
        HONEST,
      ],
      { limits: { timeLimitSeconds: 2 } },
    );
    expect(codes(runs)).toEqual([
      'mask',
      'EXIT_NONZERO',
      'mask',
      'EXIT_NONZERO',
      'NO_OUTPUT',
      'EXIT_NONZERO',
      'TIME_LIMIT',
      'mask',
    ]);
    expect(runs[1]).toMatchObject({ exitCode: 3, message: 'The program exited with code 3.' });
    expect(runs[3]).toMatchObject({ message: 'The server answered POST /invoke with 500 instead of 201.' });
    expect(runs[6]?.seconds).toBeLessThan(4);
  });

  test('running out of memory is reported for the server, and for a worker whose server survives', async () => {
    const hog = 'const all = []; for (;;) all.push(Buffer.alloc(16 << 20, 1));';
    const worker = `const { status } = child.spawnSync(process.execPath, ['-e', ${JSON.stringify(hog)}]);
      reply(status === 0 ? 201 : 500)`;
    const runs = await serve([hog, worker, HONEST]);
    expect(codes(runs)).toEqual(['OUT_OF_MEMORY', 'OUT_OF_MEMORY', 'mask']);
    // Its peak does not count for the next case.
    expect(runs[1]?.peakMemoryBytes).toBeGreaterThan(200 * 2 ** 20);
    expect(runs[2]?.peakMemoryBytes).toBeLessThan(200 * 2 ** 20);
  });

  test('a full /output is reported, and is empty again for the next case', async () => {
    const fill = `try { for (let i = 0; ; i++) fs.writeFileSync('/output/' + i, Buffer.alloc(1 << 20)); } catch {} reply(500)`;
    expect(codes(await serve([fill, HONEST]))).toEqual(['OUTPUT_TOO_LARGE', 'mask']);
  });

  test('a frozen server that someone else kills is replaced, and the case runs on the new one', async () => {
    const runs = await serve([HONEST, HONEST], {
      onEnded: async (index, run) => {
        results[index] = run;
        const [server] = await engine.listContainers(`heldout.runner=${RUNNER}`);
        if (index === 0) await engine.killContainer(server?.id as string);
      },
    });
    expect(runs).toEqual([]);
    expect(codes(results)).toEqual(['mask', 'mask']);
  });
  const results: CaseRun[] = [];
});

describe('a failed start ends the evaluation', () => {
  test.each([
    ['answers with another status', 'hooks.health = (socket) => answer(socket, 503);'],
    ['accepts the request and never answers', 'hooks.health = () => {};'],
    ['never listens', 'await new Promise(() => setInterval(() => {}, 1000));'],
  ])('HEALTH_TIMEOUT: %s', async (_, started) => {
    const image = puppetWith(started);
    const startedAt = performance.now();
    await expect(serve([HONEST, HONEST], { image, within: impatient })).rejects.toMatchObject({
      name: 'SubmissionError',
      code: 'HEALTH_TIMEOUT',
    });
    expect(performance.now() - startedAt).toBeLessThan((SHORT_START_SECONDS + 2) * 1000);
  });

  test.each([
    ['with an error', 'process.exit(1)', 'The program exited with code 1.'],
    ['without error', 'process.exit(0)', 'The server ended with exit code 0'],
  ])(
    'a server that ends %s before it is healthy: the message contains its log, and it has seen no scan',
    async (_, end, message) => {
      const image = puppetWith(`console.log(fs.readdirSync('/input').length, 'scans'); ${end}`);
      const error = await serve([HONEST], { image }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: 'SubmissionError',
        code: 'EXIT_NONZERO',
        message: expect.stringContaining(message),
      });
      expect(error).toMatchObject({ message: expect.stringMatching(/Its log ends:\n0 scans\n$/) });
    },
  );

  test('an entry point that can’t be executed', async () => {
    const image = { ...puppet, entrypoint: ['/no/such/program'] };
    await expect(serve([HONEST], { image })).rejects.toMatchObject({ code: 'START_FAILED' });
  });
});

describe('answers of a malicious server', () => {
  const flood = (head: string, more: string) =>
    `socket.write(${JSON.stringify(head)}); const more = Buffer.alloc(1 << 16, ${JSON.stringify(more)});
     const go = () => { while (socket.writable && socket.write(more)); socket.once('drain', go); }; go();`;

  test('everything after the status line is ignored, whatever its length', async () => {
    const runs = await serve([
      `mask('headers'); ${flood('HTTP/1.1 201 Created\r\n', 'X-A: b\r\n')}`,
      `mask('body'); ${flood('HTTP/1.1 201 Created\r\n\r\n', 'x')}`,
      `mask('slow'); socket.write('HTTP/1.1 2'); setTimeout(() => socket.write('01 Created\\r\\n'), 50);`,
      HONEST,
    ]);
    expect(codes(runs)).toEqual(['headers', 'body', 'slow', 'mask']);
  });

  test('every answer but 201 fails the case, within the time limit', async () => {
    const runs = await serve(
      [
        flood('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n'),
        flood('HTTP/1.1 201', ' '),
        flood('', '\u0000'),
        "socket.end('SSH-2.0-OpenSSH_9\\r\\n')",
        'socket.end()',
        'socket.resetAndDestroy()',
        '',
        `setInterval(() => socket.write('H'), 20)`,
        HONEST,
      ],
      { limits: { timeLimitSeconds: 1 } },
    );
    const failures = Array.from({ length: 6 }, () => 'EXIT_NONZERO');
    expect(codes(runs)).toEqual([...failures, 'TIME_LIMIT', 'TIME_LIMIT', 'mask']);
    expect(runs[0]).toMatchObject({ message: 'The server answered POST /invoke with 100 instead of 201.' });
    expect(runs[1]).toMatchObject({ message: 'The server’s answer to POST /invoke is not HTTP.' });
    expect(runs[4]).toMatchObject({
      message: 'The server closed the connection without answering POST /invoke.',
    });
  });
});

describe('leftovers in /output', () => {
  const MASK = '/output/images/stroke-lesion-segmentation';
  test('are removed before the next case, whatever they are', async () => {
    const runs = await serve([
      HONEST,
      'reply(201)',
      `fs.mkdirSync('${MASK}', { recursive: true }); fs.symlinkSync('/etc/passwd', '${MASK}/m.nii.gz'); reply(201)`,
      'reply(201)',
      `fs.symlinkSync('/etc', '/output/images'); reply(201)`,
      // A folder that stays open, and a background writer.
      `mask('x'); process.chdir('${MASK}'); fs.chmodSync('/output', 0o000); reply(201)`,
      `try { fs.writeFileSync('m.nii.gz', 'old folder'); } catch (error) { console.log(error.code); } reply(201)`,
      `process.chdir('/'); ${HONEST}`,
    ]);
    expect(codes(runs)).toEqual([
      'mask',
      'NO_OUTPUT',
      'OUTPUT_UNSAFE',
      'NO_OUTPUT',
      'OUTPUT_UNSAFE',
      'x',
      'NO_OUTPUT',
      'mask',
    ]);
    expect(runs[6]?.log).toBe('ENOENT\n');
  });

  test('a background writer can’t change files while they are collected', async () => {
    // The worker keeps swapping the mask: half of the time it is a link to a secret.
    const swap = `
      child.spawn(process.execPath, ['-e', ${JSON.stringify(`
        const fs = require('node:fs'); const at = '${MASK}/m.nii.gz';
        for (;;) { try { fs.rmSync(at); fs.symlinkSync('/etc/hostname', at); fs.rmSync(at); fs.writeFileSync(at, 'plain'); } catch {} }
      `)}], { stdio: 'ignore' });
      mask('plain'); setTimeout(() => reply(201), 200)`;
    const again = `mask('plain'); setTimeout(() => reply(201), 20)`;
    const runs = await serve([swap, ...Array.from({ length: 10 }, () => again)]);
    for (const run of runs) {
      if (run.kind === 'output') expect(['plain', '']).toContain(String(maskOf(run)));
      else expect(['OUTPUT_UNSAFE', 'NO_OUTPUT']).toContain(run.code);
    }
  });
});

describe('interruptions', () => {
  /** The title that the server gives its process, which is visible on the host. */
  const REACHED = 'reached';
  const REACH = `process.title = '${REACHED}'`;
  test.each([
    ['while it starts', [`hooks.health = () => { ${REACH}; };`, HONEST]],
    ['while it works', ['', `${REACH}; setTimeout(() => {}, 1e6)`]],
  ] as const)(
    'aborting %s stops the server within 2 s and reports the given reason',
    async (_, [started, script]) => {
      const reason = new PlatformError('RUNNER_STOPPED', 'stopped');
      const controller = new AbortController();
      const run = serve([script], { image: puppetWith(started), signal: controller.signal });
      run.catch(() => undefined);
      await expect.poll(() => processes().join('\n'), { timeout: 20_000 }).toContain(REACHED);
      const abortedAt = performance.now();
      controller.abort(reason);
      await expect(run).rejects.toBe(reason);
      expect(performance.now() - abortedAt).toBeLessThan(2000);
    },
  );

  test('aborting while it is frozen stops the server', async () => {
    const reason = new PlatformError('RUNNER_STOPPED', 'stopped');
    const controller = new AbortController();
    let abortedAt = 0;
    const run = serve([HONEST, HONEST], {
      signal: controller.signal,
      openCase: async (index, signal) => {
        if (index === 0) return input(0, HONEST);
        abortedAt = performance.now();
        controller.abort(reason);
        signal.throwIfAborted();
        throw new Error('It was aborted.');
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(performance.now() - abortedAt).toBeLessThan(2000);
  });
});
