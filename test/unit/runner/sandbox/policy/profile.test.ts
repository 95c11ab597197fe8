import { expect, test } from 'vitest';
import { containerSpec, type ProfileInput } from '#runner/sandbox/policy/profile.ts';
import { containerRules } from '#test/support/sandbox/container-rules.ts';

const INPUT: ProfileInput = {
  name: 'heldout-e-0-1',
  labels: { 'heldout.evaluation': 'e' },
  image: {
    id: `sha256:${'a'.repeat(64)}`,
    entrypoint: ['/run'],
    cmd: ['--fast'],
    workingDir: '/opt',
    env: ['A=1'],
    uid: 1234,
    gid: 2345,
    groups: [3456, 4567],
    volumes: ['/data'],
    apiMethod: null,
  },
  rules: containerRules({ limits: { cpus: 1.5, memoryMib: 1000, pids: 64 } }),
  inputFolder: '/scratch/x/input',
  outputFolder: '/scratch/x/output',
  modelFolder: null,
  seccomp: '{"defaultAction":"SCMP_ACT_ERRNO"}',
};
const spec = containerSpec(INPUT);
const host = spec.HostConfig;
const MEMORY = 1000 * 2 ** 20;

test('the container runs the image by its ID, with its user and program and nothing else of its config', () => {
  expect(spec).toMatchObject({
    Image: INPUT.image.id,
    Entrypoint: ['/run'],
    Cmd: ['--fast'],
    WorkingDir: '/opt',
    User: '1234:2345',
    HostConfig: { GroupAdd: ['3456', '4567'] },
    Healthcheck: { Test: ['NONE'] },
    StopSignal: 'SIGKILL',
    Labels: { 'heldout.evaluation': 'e' },
  });
});

test('there is no network, no capability, no new privilege, our own seccomp profile and a read-only root', () => {
  expect(host).toMatchObject({
    NetworkMode: 'none',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', `seccomp=${INPUT.seccomp}`],
    ReadonlyRootfs: true,
    Privileged: false,
    IpcMode: 'private',
    CgroupnsMode: 'private',
  });
  expect(spec.NetworkDisabled).toBe(true);
});

test('memory (without swap), processors, processes and files are limited as the phase specifies', () => {
  expect(host).toMatchObject({
    Memory: MEMORY,
    MemorySwap: MEMORY,
    NanoCpus: 1_500_000_000,
    PidsLimit: 64,
    ShmSize: MEMORY / 2,
  });
  expect(host.Ulimits.map(({ Name }) => Name)).not.toContain('nproc');
});

test('input is mounted read-only and without submounts, output writable, and the engine creates neither', () => {
  const BindOptions = { Propagation: 'rprivate', NonRecursive: true };
  expect(host.Mounts).toEqual([
    { Type: 'bind', Source: '/scratch/x/input', Target: '/input', ReadOnly: true, BindOptions },
    { Type: 'bind', Source: '/scratch/x/output', Target: '/output', ReadOnly: false, BindOptions },
  ]);
  expect(host).not.toHaveProperty('Binds');
});

test('the truth is mounted read-only where a scorer looks for it, and no VOLUME covers it', () => {
  const truth = '/opt/ml/input/data/ground_truth';
  const image = { ...INPUT.image, volumes: ['/opt/ml/input', truth, `${truth}/masks`] };
  const { Mounts, Tmpfs } = containerSpec({ ...INPUT, image, truthFolder: '/scratch/x/truth' }).HostConfig;
  expect(Mounts.map(({ Source, Target, ReadOnly }) => [Source, Target, ReadOnly])).toEqual([
    ['/scratch/x/input', '/input', true],
    ['/scratch/x/output', '/output', false],
    ['/scratch/x/truth', truth, true],
  ]);
  expect(Object.keys(Tmpfs)).toEqual(['/tmp', '/opt/ml/input']);
});

test('a tmpfs with a size limit covers /tmp and every VOLUME of the image', () => {
  const options = `rw,nosuid,nodev,exec,size=${MEMORY / 2},nr_inodes=65536,mode=1777,uid=1234,gid=2345`;
  expect(host.Tmpfs).toEqual({ '/tmp': options, '/data': options });
});

test('a VOLUME does not hide the submitted model archive', () => {
  const image = {
    ...INPUT.image,
    volumes: ['/opt/ml', '/opt/ml/model', '/opt/ml/model/cache', '/opt/ml/models'],
  };
  const volumesOf = (modelFolder: string | null) =>
    Object.keys(containerSpec({ ...INPUT, image, modelFolder }).HostConfig.Tmpfs);
  expect(volumesOf('/scratch/model')).toEqual(['/tmp', '/opt/ml', '/opt/ml/models']);
  expect(volumesOf(null)).toEqual(['/tmp', ...image.volumes]);
});

test('environment variables contain the program’s limits', () => {
  expect(spec.Env).toEqual([
    'A=1',
    'HELDOUT_CPUS=1.5',
    `HELDOUT_MEMORY_BYTES=${MEMORY}`,
    'OMP_NUM_THREADS=1',
  ]);
});

test('logs can’t fill the disk', () => {
  expect(host.LogConfig).toEqual({
    Type: 'local',
    Config: { 'max-size': '1m', 'max-file': '1', compress: 'false' },
  });
});

test('gVisor and a CPU set are used only on request', () => {
  expect(host).not.toHaveProperty('Runtime');
  expect(host).not.toHaveProperty('CpusetCpus');
  expect(host).not.toHaveProperty('DeviceRequests');
  expect(containerSpec({ ...INPUT, runtime: 'runsc', cpuset: '0-1' }).HostConfig).toMatchObject({
    Runtime: 'runsc',
    CpusetCpus: '0-1',
    PidsLimit: 2 * INPUT.rules.limits.pids + 256,
  });
});

test('a container’s GPUs are listed by ID, so that no two containers share one', () => {
  expect(containerSpec({ ...INPUT, gpus: ['GPU-1', 'GPU-3'] }).HostConfig.DeviceRequests).toEqual([
    { Driver: 'nvidia', DeviceIDs: ['GPU-1', 'GPU-3'], Capabilities: [['gpu', 'compute', 'utility']] },
  ]);
});
