import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeLayer } from '#examples/images/image-archive.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import { ENGINE_LAYERS, MAX_TEAM_LAYERS } from '#runner/sandbox/archive/layers/added-layers.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { dockerSaveEntries, type RawEntry, rawTar } from '#test/support/images/archive.ts';
import { serving, shellLayer } from '#test/support/images/busybox.ts';
import { runOne } from '#test/support/sandbox/run-one.ts';
import { strokeInput } from '#test/support/stroke-case.ts';

/**
 * Images that were refused although `docker load` and `docker run` take them. Each runs unchanged on the engine,
 * which is the reference, and in the sandbox, and both must show the same.
 */
const LIMITS: Limits = { ...DEFAULT_LIMITS, memoryMib: 64, pids: 32, timeLimitSeconds: 20, imageMib: 64 };
const NAME = `heldout-honest-${process.pid}`;
let folder: string;
let sandbox: Sandbox;
let shell: Buffer;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heldout-honest-'));
  sandbox = await openSandbox({ runner: NAME, scratch: join(folder, 'scratch') });
  const { file } = await writeLayer(join(folder, 'shell.tar'), await shellLayer());
  shell = await readFile(file);
});
afterAll(async () => {
  await sandbox.sweep();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

interface Made {
  layers: readonly Buffer[];
  user?: string;
  script: string;
}

function archiveOf({ layers, user = '1234', script }: Made, tags: string[] | null = null): Buffer {
  const config = { Entrypoint: ['/bin/sh', '-c', script], User: user };
  return rawTar(dockerSaveEntries({ layers, config }, tags));
}

/** What `docker load` and `docker run` print. */
function onEngine(made: Made): { status: number | null; output: string } {
  const tag = `${NAME}:${count++}`;
  const load = spawnSync('docker', ['load', '--quiet'], { input: archiveOf(made, [tag]), encoding: 'utf8' });
  if (load.status !== 0) return { status: load.status, output: load.stderr };
  try {
    const run = spawnSync('docker', ['run', '--rm', '--network', 'none', tag], { encoding: 'utf8' });
    return { status: run.status, output: run.stdout + run.stderr };
  } finally {
    execFileSync('docker', ['rmi', '--force', tag], { stdio: 'ignore' });
  }
}

/** What it prints in the sandbox. The script ends with an error, so that there is a log and no mask. */
async function inSandbox(made: Made, contract: ContainerRules['contract'] = 'EXEC'): Promise<string> {
  const script = contract === 'INVOKE' ? serving(`${made.script}; exit 1`) : `${made.script}; exit 1`;
  const archive = archiveOf({ ...made, script });
  const image = await sandbox.prepareImage(Readable.from([archive]), LIMITS);
  try {
    const run = await runOne(sandbox, {
      image,
      rules: { contract, limits: LIMITS },
      input: strokeInput({ id: 'case1', scan: Buffer.from('scan') }),
      name: `${NAME}-${count++}`,
      signal: new AbortController().signal,
    });
    expect(run).toMatchObject({ kind: 'submissionError', code: 'EXIT_NONZERO' });
    return run.log;
  } finally {
    await sandbox.removeImage(image.id);
  }
}

const above = (...entries: RawEntry[]): Buffer[] => [shell, rawTar(entries)];
const file = (name: string, content: string): RawEntry => ({ name, content });
const link = (name: string, linkName: string): RawEntry => ({ name, flag: '2', linkName });
const ACCOUNTS = [
  file('usr/etc/passwd', 'algo:x:500:600::/:\n'),
  file('usr/etc/group', 'models:x:700:algo\n'),
];

describe('an image that Docker runs gives the same in the sandbox', () => {
  test.each<[string, () => Made, string]>([
    [
      'device nodes below /dev',
      () => ({
        layers: above(
          { name: 'dev/', flag: '5' },
          { name: 'dev/null', flag: '3' },
          { name: 'dev/sda', flag: '4' },
          file('opt/file', 'content\n'),
        ),
        script: 'cat /opt/file; test -e /dev/sda || echo no disk; echo x > /dev/null && echo written',
      }),
      'content\nno disk\nwritten\n',
    ],
    [
      'entries below a link of the same layer',
      () => ({
        layers: above(
          { name: 'usr/lib/', flag: '5' },
          link('lib', 'usr/lib'),
          link('lib64', '/usr/lib'),
          file('lib/a', 'a\n'),
          file('lib64/b', 'b\n'),
          { name: 'lib/c', flag: '1', linkName: 'lib64/b' },
        ),
        script: 'cat /usr/lib/a /usr/lib/b /lib/c; readlink /lib; readlink /lib64',
      }),
      'a\nb\nb\nusr/lib\n/usr/lib\n',
    ],
    [
      'a whiteout below a link of the same layer',
      () => ({
        layers: [
          ...above(file('usr/lib/old', 'x'), file('usr/lib/kept', 'x')),
          rawTar([{ name: 'usr/lib/', flag: '5' }, link('lib', 'usr/lib'), file('lib/.wh.old', '')]),
        ],
        script: 'ls /usr/lib',
      }),
      'kept\n',
    ],
    [
      'files that AUFS left behind',
      () => ({
        layers: above(
          file('.wh..wh.aufs', ''),
          { name: '.wh..wh.orph/', flag: '5' },
          { name: '.wh..wh.plnk/', flag: '5' },
          file('opt/file', 'content\n'),
        ),
        script: 'cat /opt/file',
      }),
      'content\n',
    ],
    [
      '/etc/passwd and /etc/group as links',
      () => ({
        layers: above(
          ...ACCOUNTS,
          link('etc/passwd', '/usr/etc/passwd'),
          link('etc/group', '../usr/etc/group'),
        ),
        user: 'algo',
        script: 'id -u; id -g; id -G; id -un',
      }),
      '500\n600\n600 700\nalgo\n',
    ],
    [
      '/etc/passwd as a hard link',
      () => ({
        layers: above(
          ...ACCOUNTS,
          { name: 'etc/passwd', flag: '1', linkName: 'usr/etc/passwd' },
          { name: 'etc/group', flag: '1', linkName: 'usr/etc/group' },
        ),
        user: '500',
        script: 'id -u; id -g; id -G; id -un',
      }),
      '500\n600\n600 700\nalgo\n',
    ],
    [
      'weights that only a group of the user may read',
      () => ({
        layers: above(
          file('etc/passwd', 'root:x:0:0::/:\nalgo:x:500:600::/:\n'),
          file('etc/group', 'root:x:0:\nmodels:x:3000:someone,algo\nothers:x:4000:someone\n'),
          {
            ...file('weights', 'trained\n'),
            edit(header) {
              header.write('0000640\0', 100);
              header.write(`${(3000).toString(8).padStart(7, '0')}\0`, 116);
            },
          },
        ),
        user: 'algo',
        script: 'cat /weights; id -G',
      }),
      'trained\n600 3000\n',
    ],
  ])('%s', async (_, make, expected) => {
    const made = make();
    expect(onEngine(made)).toEqual({ status: 0, output: expected });
    expect(await inSandbox(made)).toBe(expected);
  });

  test('/etc as a link: Docker replaces it by a folder, and the user is found all the same', async () => {
    const rest = [file('usr/etc/own', 'x'), link('etc', 'usr/etc')];
    const layers = [rawTar([...ACCOUNTS, ...rest]), await withoutEtc()];
    const script = 'ls /etc; readlink /etc || echo a folder';
    const onDocker = onEngine({ layers, user: '500', script });
    expect(onDocker).toEqual({ status: 0, output: 'hostname\nhosts\nmtab\nresolv.conf\na folder\n' });
    const ours = await inSandbox({ layers, user: 'algo', script: `${script}; id -u; id -G` });
    expect(ours).toBe('group\nhostname\nhosts\nmtab\npasswd\nresolv.conf\na folder\n500\n600 700\n');
  });

  /** The shell without the account files, so that no folder /etc hides a link below. */
  async function withoutEtc(): Promise<Buffer> {
    const entries = (await shellLayer()).filter(({ path }) => !path.startsWith('etc/'));
    return readFile((await writeLayer(join(folder, 'no-etc.tar'), entries)).file);
  }
});

describe('groups', () => {
  const withGroups = (): Made => ({
    layers: above(
      file('etc/passwd', 'root:x:0:0::/:\nalgo:x:500:0::/:\n'),
      file('etc/group', 'root:x:0:algo\nmodels:x:3000:algo\n2000:x:0:\ndata:x:2000:algo\n'),
    ),
    user: 'algo',
    script: 'id -u; id -g; id -G',
  });

  test.each(['EXEC', 'INVOKE', 'BATCH'] as const)(
    'a container under %s has its user’s groups, but never root’s, by number, name or number as a name',
    async (contract) => {
      expect(await inSandbox(withGroups(), contract)).toBe('500\n500\n500 2000 3000\n');
      // The engine itself gives it root's group, as primary and as supplementary one.
      expect(onEngine(withGroups()).output).toMatch(/^500\n0\n0 /);
    },
  );
});

describe('layers', () => {
  const withLayers = (length: number): Made => ({
    layers: [shell, ...Array.from({ length: length - 1 }, (_, n) => rawTar([file(`layer-${n}`, 'x')]))],
    script: 'ls / | grep -c ^layer-',
  });

  test('as many as the engine stacks, less ours, run; the engine takes no more than both together', async () => {
    expect(await inSandbox(withLayers(MAX_TEAM_LAYERS))).toBe(`${MAX_TEAM_LAYERS - 1}\n`);
    const error = await inSandbox(withLayers(MAX_TEAM_LAYERS + 1)).catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining(`has ${MAX_TEAM_LAYERS + 1} layers; at most ${MAX_TEAM_LAYERS}`),
    });
    expect(onEngine(withLayers(ENGINE_LAYERS + 1)).output).toMatch(/max depth exceeded/);
  });
});
