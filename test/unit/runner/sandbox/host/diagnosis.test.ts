import { expect, test } from 'vitest';
import { diagnose } from '#runner/sandbox/host/diagnosis.ts';
import type { HostFacts } from '#runner/sandbox/host/host.ts';

const WHOLE: HostFacts = {
  engine: {
    version: '20.10.24',
    apiVersion: '1.41',
    operatingSystem: 'Debian GNU/Linux 12',
    kernelVersion: '6.1.0',
    architecture: 'x86_64',
    cgroupVersion: '2',
    cgroupDriver: 'systemd',
    storageDriver: 'overlay2',
    dataFolder: '/var/lib/docker',
    runtimes: ['runc', 'runsc', 'nvidia'],
    securityOptions: ['name=apparmor', 'name=seccomp,profile=default', 'name=userns'],
    enforces: { memory: true, swap: true, cpu: true, pids: true },
    cpus: 2,
    memoryBytes: 24 * 2 ** 30,
    containerdImageStore: false,
  },
  usageReadable: true,
  maxUserNamespaces: 1000,
  corePattern: 'core',
  sharedMemoryBytes: 2 ** 33,
  memoryBytes: 24 * 2 ** 30,
  disk: { folder: '/var/lib/docker', freeBytes: 100 * 2 ** 30, totalBytes: 200 * 2 ** 30 },
  gvisorRuntime: 'runsc',
  gpus: [{ uuid: 'GPU-1', model: 'Tesla T4' }],
  gpu: { device: true, runtime: true },
  contracts: ['EXEC', 'INVOKE', 'BATCH'],
  missingPrograms: [],
  loopDevices: true,
  outputDiskMib: 190 * 1024,
};

const bad = (host: HostFacts, canMount = true) =>
  diagnose(host, canMount)
    .filter(({ state }) => state !== 'ok')
    .map(({ name, state }) => [name, state]);
const engine = (changes: Partial<HostFacts['engine']>): HostFacts => ({
  ...WHOLE,
  engine: { ...WHOLE.engine, ...changes },
});

test('a complete host has no findings', () => {
  expect(bad(WHOLE)).toEqual([]);
});

test.each<[string, HostFacts, [string, string][]]>([
  ['another processor', engine({ architecture: 'aarch64' }), [['architecture', 'error']]],
  ['containerd’s image store', engine({ containerdImageStore: true }), [['image store', 'error']]],
  [
    'no limits',
    engine({ enforces: { memory: false, swap: true, cpu: true, pids: false } }),
    [['limits', 'error']],
  ],
  [
    'no swap accounting',
    engine({ enforces: { memory: true, swap: false, cpu: true, pids: true } }),
    [['swap limit', 'warning']],
  ],
  ['no seccomp', engine({ securityOptions: ['name=apparmor', 'name=userns'] }), [['seccomp', 'error']]],
  [
    'no user namespaces',
    engine({ securityOptions: ['name=apparmor', 'name=seccomp'] }),
    [['user namespace', 'warning']],
  ],
  [
    'core dumps piped to a program',
    { ...WHOLE, corePattern: '|/usr/share/apport/apport -p%p' },
    [['core dumps', 'warning']],
  ],
  ['no gVisor', { ...WHOLE, gvisorRuntime: null }, [['gVisor', 'warning']]],
  [
    'a device without its runtime',
    { ...WHOLE, gpus: [], gpu: { device: true, runtime: false } },
    [['GPU', 'warning']],
  ],
  ['a driver that lists no GPU', { ...WHOLE, gpus: [] }, [['GPU', 'warning']]],
  ['no right to enter a network', { ...WHOLE, contracts: ['EXEC', 'BATCH'] }, [['invoke', 'warning']]],
  ['no outputs on disk', { ...WHOLE, outputDiskMib: 0 }, [['output on disk', 'warning']]],
  ['a full disk', { ...WHOLE, disk: { ...WHOLE.disk!, freeBytes: 2 ** 30 } }, [['disk', 'warning']]],
])('%s', (_, host, expected) => {
  expect(bad(host)).toEqual(expected);
});

test('mounts are required', () => {
  expect(bad(WHOLE, false)).toEqual([['mounting', 'error']]);
});

test.each<[string, Partial<HostFacts>, string, string, RegExp]>([
  ['umount', { missingPrograms: ['umount'] }, 'mounting', 'umount not found', /apt-get install mount\.$/],
  ['the right to mount', {}, 'mounting', 'not permitted', /run as root/],
  [
    'file system tools',
    { missingPrograms: ['mkfs.ext4', 'dumpe2fs'], outputDiskMib: 0 },
    'output on disk',
    'mkfs.ext4, dumpe2fs not found',
    /apt-get install e2fsprogs\.$/,
  ],
  [
    'loop devices',
    { loopDevices: false, outputDiskMib: 0 },
    'output on disk',
    '/dev/loop-control not found',
    /modprobe loop/,
  ],
  ['the right to loop devices', { outputDiskMib: 0 }, 'output on disk', 'not permitted, or', /--privileged/],
  [
    'nsenter',
    { missingPrograms: ['nsenter'], contracts: ['EXEC'] },
    'invoke',
    'nsenter not found',
    /apt-get install util-linux\.$/,
  ],
  ['the right to enter', { contracts: ['EXEC'] }, 'invoke', 'not permitted', /--pid=host/],
])('without %s, the finding says what to install or allow', (_, changes, name, found, impact) => {
  const finding = diagnose({ ...WHOLE, ...changes }, false).find((each) => each.name === name);
  expect(finding).toMatchObject({
    found: expect.stringContaining(found),
    impact: expect.stringMatching(impact),
  });
});

test('every finding has an impact', () => {
  const everything = diagnose(
    {
      ...engine({
        architecture: 'arm',
        securityOptions: [],
        enforces: { memory: false, swap: false, cpu: false, pids: false },
      }),
      usageReadable: false,
      gvisorRuntime: null,
      disk: null,
      gpu: { device: false, runtime: false },
      contracts: ['EXEC'],
      missingPrograms: ['nsenter'],
      loopDevices: false,
      outputDiskMib: 0,
    },
    false,
  );
  for (const { state, impact } of everything) expect(Boolean(impact)).toBe(state !== 'ok');
});
