import type { HostFacts } from './host.ts';

/** One line of `heldout doctor`: what the host has, and what a lack costs. */
export type Finding = {
  name: string;
  /** `stop`: nothing runs here without it. `lack`: it runs, at the cost that is said. */
  state: 'good' | 'lack' | 'stop';
  found: string;
  cost?: string;
};

const GIB = 2 ** 30;
const MIN_FREE_BYTES = 20 * GIB;

/** What the facts mean. `canMount`: a tmpfs could be mounted where runs are to be. */
export function diagnose(host: HostFacts, canMount: boolean): Finding[] {
  return [
    ...engineFindings(host),
    ...limitFindings(host),
    ...wallFindings(host),
    ...hostFindings(host, canMount),
    ...roomFindings(host),
  ];
}

function engineFindings({ engine }: HostFacts): Finding[] {
  return [
    {
      name: 'engine',
      state: 'good',
      found: `${engine.version}, API ${engine.apiVersion}, ${engine.storageDriver}`,
    },
    finding('architecture', engine.architecture === 'x86_64', engine.architecture, {
      stop: 'Images are built for linux/amd64 and can’t run here.',
    }),
    finding(
      'image store',
      !engine.containerdImageStore,
      engine.containerdImageStore ? 'containerd' : 'classic',
      {
        stop: 'An image’s ID can’t be told before it is loaded. Set "features": {"containerd-snapshotter": false}.',
      },
    ),
    finding('control groups', true, `version ${engine.cgroupVersion}, ${engine.cgroupDriver}`, {}),
  ];
}

function limitFindings({ engine, usageReadable }: HostFacts): Finding[] {
  const { memory, swap, cpu, pids } = engine.enforces;
  const missing = Object.entries({ memory, cpu, processes: pids }).filter(([, has]) => !has);
  return [
    finding(
      'limits',
      missing.length === 0,
      missing.map(([name]) => `no ${name}`).join(', ') || 'memory, CPU, processes',
      {
        stop: 'The kernel does not enforce what a phase promises.',
      },
    ),
    finding('swap limit', swap, swap ? 'enforced' : 'not enforced', {
      lack: 'Where the host has swap, a container may use it beyond its memory: switch swap off, or boot with swapaccount=1.',
    }),
    finding('usage', usageReadable, usageReadable ? 'readable' : 'not readable', {
      lack: 'Peak memory is not shown, and PIDS_LIMIT is reported as EXIT_NONZERO.',
    }),
  ];
}

function wallFindings({ engine, maxUserNamespaces, gvisorRuntime, corePattern }: HostFacts): Finding[] {
  const core = corePattern.startsWith('|') ? corePattern.slice(1).split(' ')[0]! : null;
  const has = (name: string) => engine.securityOptions.some((option) => option.startsWith(`name=${name}`));
  return [
    finding('seccomp', has('seccomp'), has('seccomp') ? 'yes, with our own profile' : 'no', {
      stop: 'Containers could make every system call of the kernel.',
    }),
    finding(
      'AppArmor or SELinux',
      has('apparmor') || has('selinux'),
      has('apparmor') ? 'AppArmor' : has('selinux') ? 'SELinux' : 'neither',
      {
        lack: 'One wall fewer around /proc and /sys; the read-only paths and dropped capabilities stand.',
      },
    ),
    finding(
      'user namespace',
      has('userns') || has('rootless'),
      has('userns') || has('rootless') ? 'remapped' : namespaceHint(maxUserNamespaces),
      {
        lack: 'A container’s user is the same user on the host (10001 or the image’s own, never root).',
      },
    ),
    // The limit on core dumps, 0 in every container, is one on files: a program is called all the same.
    finding('core dumps', core === null, core === null ? 'none of containers' : `go to ${core}`, {
      lack: 'A container that crashes starts this program of the host as root, with all that it has in memory: set kernel.core_pattern to a file’s name.',
    }),
    finding('gVisor', gvisorRuntime !== null, gvisorRuntime ?? 'not set up', {
      lack: 'Containers speak to the host’s kernel. A phase that requires a second wall is refused here.',
    }),
  ];
}

function namespaceHint(max: number | null): string {
  return max === 0 ? 'switched off in the kernel' : 'not remapped (userns-remap)';
}

/** What is done beside the engine, by programs of the host: each with its package, where one is missing. */
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
  const whyNot = (things: readonly string[], otherwise: string) =>
    things.length === 0 ? otherwise : `${things.join(', ')} not found`;
  return [
    finding('mounting', canMount, canMount ? 'a tmpfs can be mounted' : whyNot(mounting, 'not permitted'), {
      stop: `Scans and outputs need memory-backed folders with a cap: ${mounting.length > 0 ? 'apt-get install mount' : 'run as root, or with CAP_SYS_ADMIN'}.`,
    }),
    finding(
      'output on disk',
      outputDiskMib > 0,
      outputDiskMib > 0
        ? `up to ${gib(outputDiskMib * 2 ** 20)}, by a loop device`
        : whyNot(onDisk, 'not permitted, or the disk is too small'),
      {
        lack: `Phases that promise more output than memory can’t run here: ${diskOutputAdvice(host)}.`,
      },
    ),
    finding(
      'invoke',
      hasInvoke,
      hasInvoke ? 'networks of containers can be entered' : whyNot(entering, 'not permitted'),
      {
        lack: `Phases with the contract invoke can’t run here: ${entering.length > 0 ? 'apt-get install util-linux' : 'run as root, in a container with CAP_SYS_ADMIN and --pid=host'}.`,
      },
    ),
  ];
}

function diskOutputAdvice({ missingPrograms, loopDevices }: HostFacts): string {
  if (['mkfs.ext4', 'tune2fs', 'dumpe2fs'].some((program) => missingPrograms.includes(program)))
    return 'apt-get install e2fsprogs';
  return loopDevices
    ? 'run as root, in a container with --privileged, on a disk of more than 1 GiB'
    : 'load the kernel’s module loop (modprobe loop); a container needs --privileged';
}

function roomFindings({ sharedMemoryBytes, memoryBytes, disk, gpu }: HostFacts): Finding[] {
  return [
    finding(
      'memory',
      true,
      `${gib(memoryBytes)}; /dev/shm ${sharedMemoryBytes === null ? 'missing' : gib(sharedMemoryBytes)}`,
      {},
    ),
    finding(
      'disk',
      (disk?.freeBytes ?? 0) >= MIN_FREE_BYTES,
      disk
        ? `${gib(disk.freeBytes)} free of ${gib(disk.totalBytes)} at ${disk.folder}`
        : 'the engine’s folder is not on this host',
      {
        lack: 'Large images may not fit: an image needs about three times its size while it is loaded.',
      },
    ),
    finding(
      'GPU',
      gpu.device && gpu.runtime,
      gpu.device ? (gpu.runtime ? 'nvidia' : 'a device, but no nvidia runtime') : 'none',
      {
        lack: 'Phases that give a GPU can’t run here.',
      },
    ),
  ];
}

function finding(
  name: string,
  isGood: boolean,
  found: string,
  cost: { stop?: string; lack?: string },
): Finding {
  if (isGood) return { name, state: 'good', found };
  return { name, state: cost.stop ? 'stop' : 'lack', found, cost: cost.stop ?? cost.lack ?? '' };
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
