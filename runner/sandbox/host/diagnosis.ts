import { type Finding, findingOf } from '#lib/domain/findings.ts';
import { describeGpus } from '#lib/domain/runners/capabilities.ts';
import type { HostFacts } from './host.ts';

const GIB = 2 ** 30;
const MIN_FREE_BYTES = 20 * GIB;

/** Evaluates the facts. `canMount`: a tmpfs can be mounted where containers run. */
export function diagnose(host: HostFacts, canMount: boolean): Finding[] {
  return [
    ...engineFindings(host),
    ...limitFindings(host),
    ...isolationFindings(host),
    ...hostFindings(host, canMount),
    ...resourceFindings(host),
  ];
}

function engineFindings({ engine }: HostFacts): Finding[] {
  return [
    {
      name: 'engine',
      state: 'ok',
      found: `${engine.version}, API ${engine.apiVersion}, ${engine.storageDriver}`,
    },
    findingOf('architecture', engine.architecture === 'x86_64', engine.architecture, {
      error: 'Images are built for linux/amd64 and can’t run here.',
    }),
    findingOf(
      'image store',
      !engine.containerdImageStore,
      engine.containerdImageStore ? 'containerd' : 'classic',
      {
        error:
          'The image ID isn’t known before the image is loaded. Set "features": {"containerd-snapshotter": false} in daemon.json.',
      },
    ),
    findingOf('control groups', true, `version ${engine.cgroupVersion}, ${engine.cgroupDriver}`, {}),
  ];
}

function limitFindings({ engine, usageReadable }: HostFacts): Finding[] {
  const { memory, swap, cpu, pids } = engine.enforces;
  const missing = Object.entries({ memory, cpu, processes: pids }).filter(([, has]) => !has);
  return [
    findingOf(
      'limits',
      missing.length === 0,
      missing.map(([name]) => `no ${name}`).join(', ') || 'memory, CPU, processes',
      {
        error: 'The kernel doesn’t enforce the limits of a phase.',
      },
    ),
    findingOf('swap limit', swap, swap ? 'enforced' : 'not enforced', {
      warning:
        'If the host has swap, a container can use it in addition to its memory limit: turn swap off, or boot with swapaccount=1.',
    }),
    findingOf('usage', usageReadable, usageReadable ? 'readable' : 'not readable', {
      warning: 'Peak memory isn’t shown, and PIDS_LIMIT is reported as EXIT_NONZERO.',
    }),
  ];
}

function isolationFindings({ engine, maxUserNamespaces, gvisorRuntime, corePattern }: HostFacts): Finding[] {
  const core = corePattern.startsWith('|') ? corePattern.slice(1).split(' ')[0]! : null;
  const has = (name: string) => engine.securityOptions.some((option) => option.startsWith(`name=${name}`));
  return [
    findingOf('seccomp', has('seccomp'), has('seccomp') ? 'yes, with Heldout’s profile' : 'no', {
      error: 'Containers could make any system call.',
    }),
    findingOf(
      'AppArmor or SELinux',
      has('apparmor') || has('selinux'),
      has('apparmor') ? 'AppArmor' : has('selinux') ? 'SELinux' : 'neither',
      {
        warning:
          'One isolation layer fewer around /proc and /sys. Read-only paths and dropped capabilities still protect them.',
      },
    ),
    findingOf(
      'user namespace',
      has('userns') || has('rootless'),
      has('userns') || has('rootless') ? 'remapped' : namespaceHint(maxUserNamespaces),
      {
        warning:
          'A container’s user is the same user on the host (10001 or the image’s own user, never root).',
      },
    ),
    // The limit on core dumps, 0 in every container, applies only to files: a program is started regardless.
    findingOf('core dumps', core === null, core === null ? 'not from containers' : `piped to ${core}`, {
      warning:
        'A crashing container starts this program on the host as root and passes it its memory: set kernel.core_pattern to a file name.',
    }),
    findingOf('gVisor', gvisorRuntime !== null, gvisorRuntime ?? 'not installed', {
      warning: 'Containers use the host’s kernel directly. Phases that require gVisor can’t run here.',
    }),
  ];
}

function namespaceHint(max: number | null): string {
  return max === 0 ? 'disabled in the kernel' : 'not remapped (userns-remap)';
}

/** What runners do with programs of the host. Names the package if a program is missing. */
function hostFindings(host: HostFacts, canMount: boolean): Finding[] {
  const { contracts, outputDiskMib, loopDevices } = host;
  const hasInvoke = contracts.includes('INVOKE');
  const missing = (programs: readonly string[]) =>
    programs.filter((program) => host.missingPrograms.includes(program));
  const mounting = missing(['mount', 'umount']);
  const onDisk = [
    ...missing(['mkfs.ext4', 'tune2fs', 'dumpe2fs']),
    ...(loopDevices ? [] : ['/dev/loop-control']),
  ];
  const entering = missing(['nsenter']);
  const reason = (missingThings: readonly string[], otherwise: string) =>
    missingThings.length === 0 ? otherwise : `${missingThings.join(', ')} not found`;
  return [
    findingOf('mounting', canMount, canMount ? 'a tmpfs can be mounted' : reason(mounting, 'not permitted'), {
      error: `Inputs and outputs need size-limited folders in memory: ${mounting.length > 0 ? 'apt-get install mount' : 'run as root, or with CAP_SYS_ADMIN'}.`,
    }),
    findingOf(
      'output on disk',
      outputDiskMib > 0,
      outputDiskMib > 0
        ? `up to ${gib(outputDiskMib * 2 ** 20)}, on a loop device`
        : reason(onDisk, 'not permitted, or the disk is too small'),
      {
        warning: `Phases that allow more output than memory can’t run here: ${diskOutputAdvice(host)}.`,
      },
    ),
    findingOf(
      'invoke',
      hasInvoke,
      hasInvoke ? 'container networks can be entered' : reason(entering, 'not permitted'),
      {
        warning: `Phases with the contract invoke can’t run here: ${entering.length > 0 ? 'apt-get install util-linux' : 'run as root, in a container with CAP_SYS_ADMIN and --pid=host'}.`,
      },
    ),
  ];
}

function diskOutputAdvice({ missingPrograms, loopDevices }: HostFacts): string {
  if (['mkfs.ext4', 'tune2fs', 'dumpe2fs'].some((program) => missingPrograms.includes(program)))
    return 'apt-get install e2fsprogs';
  return loopDevices
    ? 'run as root, in a container with --privileged, on a disk of more than 1 GiB'
    : 'load the kernel module loop (modprobe loop); a container needs --privileged';
}

function resourceFindings({ sharedMemoryBytes, memoryBytes, disk, gpu, gpus }: HostFacts): Finding[] {
  return [
    findingOf(
      'memory',
      true,
      `${gib(memoryBytes)}; /dev/shm ${sharedMemoryBytes === null ? 'missing' : gib(sharedMemoryBytes)}`,
      {},
    ),
    findingOf(
      'disk',
      (disk?.freeBytes ?? 0) >= MIN_FREE_BYTES,
      disk
        ? `${gib(disk.freeBytes)} free of ${gib(disk.totalBytes)} at ${disk.folder}`
        : 'the engine’s folder isn’t on this host',
      {
        warning: 'Large images may not fit: loading an image needs about three times its size.',
      },
    ),
    findingOf('GPU', gpus.length > 0, gpus.length > 0 ? describeGpus(gpus) : whyNoGpu(gpu), {
      warning: 'Phases with a GPU can’t run here.',
    }),
  ];
}

function whyNoGpu({ device, runtime }: HostFacts['gpu']): string {
  if (!device) return 'none';
  return runtime ? 'device found, but the driver lists no GPU' : 'device found, but no nvidia runtime';
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
