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
  gpus: [],
  gpu: { device: true, runtime: true },
  contracts: ['EXEC', 'INVOKE', 'BATCH'],
  missingPrograms: [],
  loopDevices: true,
  outputDiskMib: 190 * 1024,
};

const bad = (host: HostFacts, canMount = true) =>
  diagnose(host, canMount)
    .filter(({ state }) => state !== 'good')
    .map(({ name, state }) => [name, state]);
const engine = (changes: Partial<HostFacts['engine']>): HostFacts => ({
  ...WHOLE,
  engine: { ...WHOLE.engine, ...changes },
});

test('a host that has everything lacks nothing', () => {
  expect(bad(WHOLE)).toEqual([]);
});

test.each<[string, HostFacts, [string, string][]]>([
  ['another processor', engine({ architecture: 'aarch64' }), [['architecture', 'stop']]],
  ['containerd’s image store', engine({ containerdImageStore: true }), [['image store', 'stop']]],
  [
    'no limits',
    engine({ enforces: { memory: false, swap: true, cpu: true, pids: false } }),
    [['limits', 'stop']],
  ],
  [
    'no swap accounting',
    engine({ enforces: { memory: true, swap: false, cpu: true, pids: true } }),
    [['swap limit', 'lack']],
  ],
  ['no seccomp', engine({ securityOptions: ['name=apparmor', 'name=userns'] }), [['seccomp', 'stop']]],
  [
    'no user namespaces',
    engine({ securityOptions: ['name=apparmor', 'name=seccomp'] }),
    [['user namespace', 'lack']],
  ],
  [
    'a program that crashed containers are handed to',
    { ...WHOLE, corePattern: '|/usr/share/apport/apport -p%p' },
    [['core dumps', 'lack']],
  ],
  ['no second wall', { ...WHOLE, gvisorRuntime: null }, [['gVisor', 'lack']]],
  ['a device without its runtime', { ...WHOLE, gpu: { device: true, runtime: false } }, [['GPU', 'lack']]],
  ['no right to enter a network', { ...WHOLE, contracts: ['EXEC', 'BATCH'] }, [['invoke', 'lack']]],
  ['no outputs on disk', { ...WHOLE, outputDiskMib: 0 }, [['output on disk', 'lack']]],
  ['a full disk', { ...WHOLE, disk: { ...WHOLE.disk!, freeBytes: 2 ** 30 } }, [['disk', 'lack']]],
])('%s', (_, host, expected) => {
  expect(bad(host)).toEqual(expected);
});

test('without mounts nothing runs', () => {
  expect(bad(WHOLE, false)).toEqual([['mounting', 'stop']]);
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
])('without %s it is said what to install or to allow', (_, changes, name, found, cost) => {
  const finding = diagnose({ ...WHOLE, ...changes }, false).find((each) => each.name === name);
  expect(finding).toMatchObject({
    found: expect.stringContaining(found),
    cost: expect.stringMatching(cost),
  });
});

test('every lack says what it costs', () => {
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
  for (const { state, cost } of everything) expect(Boolean(cost)).toBe(state !== 'good');
});
