import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { MAX_TEAM_LAYERS } from './own-layers.ts';
import { cleanPath } from './paths.ts';

/** What we take from an image's config; whatever else it says (labels, history, ports) is dropped. */
const words = z.array(z.string().max(131_072)).max(4096).nullish();
export const imageConfigSchema = z.object({
  architecture: z.string(),
  os: z.string(),
  config: z
    .object({
      Entrypoint: words,
      Cmd: words,
      Env: words,
      WorkingDir: z.string().max(4096).nullish(),
      User: z.string().max(256).nullish(),
      Volumes: z.record(z.string().max(4096), z.unknown()).nullish(),
    })
    .nullish(),
  rootfs: z.object({
    type: z.literal('layers'),
    diff_ids: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).max(MAX_TEAM_LAYERS),
  }),
});
export type ImageConfig = z.infer<typeof imageConfigSchema>;

/** The program and its surroundings, checked. */
export interface ImageProgram {
  entrypoint: string[];
  cmd: string[];
  workingDir: string;
  env: string[];
  volumes: string[];
}

export function readProgram(config: ImageConfig): ImageProgram {
  if (config.os !== 'linux' || config.architecture !== 'amd64') {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image is built for ${config.os.slice(0, 32)}/${config.architecture.slice(0, 32)}; it must be linux/amd64.`,
    );
  }
  const settings = config.config ?? {};
  const entrypoint = settings.Entrypoint ?? [];
  const cmd = settings.Cmd ?? [];
  const [program] = [...entrypoint, ...cmd];
  if (program === undefined || program === '') {
    throw new SubmissionError(
      'NO_ENTRYPOINT',
      'The image has neither an ENTRYPOINT nor a CMD, so there is nothing to run.',
    );
  }
  const env = settings.Env ?? [];
  for (const word of [...entrypoint, ...cmd, ...env, settings.WorkingDir ?? '']) {
    if (word.includes('\0'))
      throw new SubmissionError('IMAGE_INVALID', 'The image’s config holds a NUL byte.');
  }
  return {
    entrypoint,
    cmd,
    workingDir: readWorkingDir(settings.WorkingDir ?? ''),
    env: filterEnv(env),
    volumes: readVolumes(Object.keys(settings.Volumes ?? {})),
  };
}

function readWorkingDir(folder: string): string {
  const path = `/${cleanPath(folder)}`;
  // A working folder below /proc once led out of a container (CVE-2024-21626).
  if (/^\/(proc|sys|dev)(\/|$)/.test(path)) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image’s WORKDIR is ${path}, which is no folder of its own.`,
    );
  }
  if (isTooLong(path))
    throw new SubmissionError('IMAGE_INVALID', 'The image’s WORKDIR is longer than a path can be.');
  return path;
}

function isTooLong(path: string): boolean {
  return Buffer.byteLength(path) > 1024 || path.split('/').some((part) => Buffer.byteLength(part) > 255);
}

/**
 * Variables that act on the loader, the C library or the container runtime before the image's program does,
 * and those that we set ourselves. LD_LIBRARY_PATH stays: CUDA images need it, and only their own program
 * sees it.
 */
const REFUSED_ENV =
  /^(LD_(?!LIBRARY_PATH$).*|GLIBC_TUNABLES|GCONV_PATH|NVIDIA_.*|HELDOUT_.*|OMP_NUM_THREADS)$/;

function filterEnv(env: readonly string[]): string[] {
  return env.filter((entry) => {
    const equals = entry.indexOf('=');
    return equals > 0 && !REFUSED_ENV.test(entry.slice(0, equals));
  });
}

const MAX_VOLUMES = 16;
/** Mounted by us, or by the engine for every container. */
const OWN_PATHS = /^\/(input|output|tmp|dev|proc|sys)(\/|$)/;

function readVolumes(declared: readonly string[]): string[] {
  const paths = [...new Set(declared.map((path) => `/${cleanPath(path)}`))].filter(
    (path) => !OWN_PATHS.test(path),
  );
  // A colon separates options in the engine's API.
  const bad = paths.find((path) => path === '/' || isTooLong(path) || /[:,\p{Cc}]/u.test(path));
  if (bad !== undefined) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image declares the VOLUME ${JSON.stringify(bad.slice(0, 200))}, which can't be mounted.`,
    );
  }
  if (paths.length > MAX_VOLUMES) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image declares ${paths.length} VOLUMEs; ${MAX_VOLUMES} are allowed.`,
    );
  }
  return paths.sort();
}

/** The config that is loaded: nothing but what a run needs. Same program and layers, same bytes, same ID. */
export function writeConfig(
  program: ImageProgram,
  user: { uid: number; gid: number },
  diffIds: readonly string[],
): { bytes: Buffer; id: string } {
  const bytes = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Entrypoint: program.entrypoint,
        Cmd: program.cmd,
        WorkingDir: program.workingDir,
        Env: program.env,
        User: `${user.uid}:${user.gid}`,
      },
      rootfs: { type: 'layers', diff_ids: diffIds },
    }),
  );
  return { bytes, id: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}
