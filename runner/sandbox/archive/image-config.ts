import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { Contract } from '#lib/domain/phases/settings.ts';
import type { ApiMethod } from '#runner/types.ts';
import { cleanPath } from './paths.ts';

const MAX_WORDS = 4096;
/** Linux passes no longer argument or variable to a program. */
const MAX_WORD_CHARACTERS = 131_072;

/** An instruction with a list of strings; `name` is its name in a Dockerfile. */
function wordsSchema(name: string) {
  const isNoList = `has an ${name} that is not a list of strings`;
  return z
    .array(
      z
        .string(isNoList)
        .max(
          MAX_WORD_CHARACTERS,
          `has an ${name} with a string of more than ${MAX_WORD_CHARACTERS} characters`,
        ),
      isNoList,
    )
    .max(MAX_WORDS, `has an ${name} with more than ${MAX_WORDS} strings`)
    .nullish();
}

function textSchema(name: string, maxCharacters: number) {
  return z
    .string(`has a ${name} that is not text`)
    .max(maxCharacters, `has a ${name} of more than ${maxCharacters} characters`);
}

const NAMES_NO_PLATFORM = 'does not name the image’s operating system and processor';
const LISTS_NO_LAYERS = 'does not list the SHA-256 checksums of its layers';

/**
 * The settings that we read from an image's config. Everything else (history, ports, other labels) is dropped. Each
 * error is the rest of a sentence that starts with the config.
 */
export const imageConfigSchema = z.object(
  {
    architecture: z.string(NAMES_NO_PLATFORM),
    os: z.string(NAMES_NO_PLATFORM),
    config: z
      .object(
        {
          Entrypoint: wordsSchema('ENTRYPOINT'),
          Cmd: wordsSchema('instruction CMD'),
          Env: wordsSchema('environment (ENV)'),
          WorkingDir: textSchema('WORKDIR', 4096).nullish(),
          User: textSchema('USER', 256).nullish(),
          Labels: z.record(z.string(), z.unknown(), 'has LABELs that are not a list of texts').nullish(),
          Volumes: z
            .record(textSchema('VOLUME', 4096), z.unknown(), 'has VOLUMEs that are not a list of paths')
            .nullish(),
        },
        'has settings of the container that are not an object',
      )
      .nullish(),
    rootfs: z.object(
      {
        type: z.literal('layers', LISTS_NO_LAYERS),
        diff_ids: z.array(
          z.string(LISTS_NO_LAYERS).regex(/^sha256:[0-9a-f]{64}$/, LISTS_NO_LAYERS),
          LISTS_NO_LAYERS,
        ),
      },
      LISTS_NO_LAYERS,
    ),
  },
  'is not an object',
);
export type ImageConfig = z.infer<typeof imageConfigSchema>;

/** The image's program and its environment, validated. */
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
      throw new SubmissionError(
        'IMAGE_INVALID',
        'The image’s config contains a NUL byte. Remove it from ENTRYPOINT, CMD, ENV and WORKDIR.',
      );
  }
  return {
    entrypoint,
    cmd,
    workingDir: readWorkingDir(settings.WorkingDir ?? ''),
    env: filterEnv(env),
    volumes: readVolumes(Object.keys(settings.Volumes ?? {})),
  };
}

const API_METHOD = 'org.grand-challenge.api-method';

/**
 * How the image wants to be run, in the label that images for grand-challenge.org carry; null if it doesn't say.
 * Case and quotation marks don't count, as there. Throws SubmissionError for another method.
 */
export function readApiMethod({ config }: ImageConfig): ApiMethod | null {
  const labels = Object.entries(config?.Labels ?? {});
  const [, label] = labels.find(([name]) => name.trim().toLowerCase() === API_METHOD) ?? [];
  if (label === undefined) return null;
  const method = String(label).toLowerCase().replace(/['"]/g, '').trim();
  if (method === 'exec' || method === 'invoke') return method;
  throw new SubmissionError(
    'IMAGE_INVALID',
    `The image’s label ${API_METHOD} is ${JSON.stringify(method.slice(0, 40))}; it must be exec or invoke.`,
  );
}

/**
 * A program that ends never becomes healthy, and a server never ends: without this check, the team would learn that
 * only from a time limit. Throws SubmissionError.
 */
export function requireContract(method: ApiMethod | null, contract: Contract): void {
  const wanted = contract.toLowerCase();
  if (method === null || method === wanted) return;
  throw new SubmissionError(
    'IMAGE_INVALID',
    `The image’s label ${API_METHOD} says ${method}, but this phase’s contract is ${wanted}. Build the image for ${wanted}, and correct or remove the label.`,
  );
}

function readWorkingDir(folder: string): string {
  const path = `/${cleanPath(folder)}`;
  // A working directory below /proc allowed a container escape (CVE-2024-21626).
  if (/^\/(proc|sys|dev)(\/|$)/.test(path)) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image’s WORKDIR is ${path}, which is reserved for the system. Set WORKDIR to another folder.`,
    );
  }
  if (isTooLong(path))
    throw new SubmissionError('IMAGE_INVALID', 'The image’s WORKDIR is longer than Linux allows for a path.');
  return path;
}

function isTooLong(path: string): boolean {
  return Buffer.byteLength(path) > 1024 || path.split('/').some((part) => Buffer.byteLength(part) > 255);
}

/**
 * Variables that affect the loader, the C library or the container runtime before the image's program starts,
 * and those that we set ourselves. LD_LIBRARY_PATH is kept: CUDA images need it, and it only affects their
 * own program.
 */
const BLOCKED_ENV =
  /^(LD_(?!LIBRARY_PATH$).*|GLIBC_TUNABLES|GCONV_PATH|NVIDIA_.*|HELDOUT_.*|OMP_NUM_THREADS)$/;

function filterEnv(env: readonly string[]): string[] {
  return env.filter((entry) => {
    const equals = entry.indexOf('=');
    return equals > 0 && !BLOCKED_ENV.test(entry.slice(0, equals));
  });
}

const MAX_VOLUMES = 16;
/** Mounted by us, or by the engine in every container. */
const RESERVED_PATHS = /^\/(input|output|tmp|dev|proc|sys)(\/|$)/;

function readVolumes(declared: readonly string[]): string[] {
  const paths = [...new Set(declared.map((path) => `/${cleanPath(path)}`))].filter(
    (path) => !RESERVED_PATHS.test(path),
  );
  // The engine's API uses a colon to separate options.
  const invalid = paths.find((path) => path === '/' || isTooLong(path) || /[:,\p{Cc}]/u.test(path));
  if (invalid !== undefined) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image declares the VOLUME ${JSON.stringify(invalid.slice(0, 200))}, which can’t be mounted.`,
    );
  }
  if (paths.length > MAX_VOLUMES) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image declares ${paths.length} VOLUMEs; at most ${MAX_VOLUMES} are allowed.`,
    );
  }
  return paths.sort();
}

/**
 * The config that is loaded: only what a container run needs. The same program and layers give the same bytes
 * and so the same ID.
 */
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
