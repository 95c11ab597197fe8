import { z } from 'zod';
import { counted, mebibytes } from '#lib/domain/units.ts';
import { type CommandOption, numberOption, shapeOf } from './setting.ts';

/** A resource limit for containers. */
interface LimitSetting {
  schema: z.ZodNumber;
  /** Its name in forms and lists of changes. */
  label: string;
  /** The value of `heldout try` if neither a phase nor an option sets one. */
  default: number;
  unit?: string;
  description: string;
  row: string;
  phrase(value: number): string;
  option?: CommandOption<number>;
}

const cpus = z.number().min(0.1).max(256);
const memoryMib = z.int().min(64).max(4_194_304);
const pids = z.int().min(8).max(65_536);
const timeLimitSeconds = z.int().min(1).max(86_400);
const outputMib = z.int().min(1).max(65_536);
const imageMib = z.int().min(1).max(1_048_576);

/** Resource limits of a phase for each container. Names end with their unit; memory is binary (MiB). */
export const LIMIT_SETTINGS = {
  cpus: {
    schema: cpus,
    label: 'Processors',
    default: 1,
    description: 'Processors that a container may use.',
    row: 'Limits',
    phrase: (value) => counted(value, 'CPU'),
    option: numberOption(cpus, { flag: 'cpus', placeholder: 'N', help: 'processors' }),
  },
  memoryMib: {
    schema: memoryMib,
    label: 'Memory',
    default: 2048,
    unit: 'MiB',
    description: 'Memory of a container, files in `/tmp` and `/output` included.',
    row: 'Limits',
    phrase: (value) => `${mebibytes(value)} of memory`,
    option: numberOption(memoryMib, { flag: 'memory-mib', placeholder: 'M', help: 'memory' }),
  },
  timeLimitSeconds: {
    schema: timeLimitSeconds,
    label: 'Time per case',
    default: 300,
    unit: 's',
    description: 'Time for one case; a batch has this for each of its cases.',
    row: 'Limits',
    phrase: (value) => `${value} s per case`,
    option: numberOption(timeLimitSeconds, {
      flag: 'time-limit-seconds',
      placeholder: 'S',
      help: 'time per case',
    }),
  },
  pids: {
    schema: pids,
    label: 'Processes and threads',
    default: 256,
    description: 'Processes and threads of a container.',
    row: 'Further limits',
    phrase: (value) => `${value} processes and threads`,
    option: numberOption(pids, { flag: 'pids', placeholder: 'P', help: 'processes and threads' }),
  },
  outputMib: {
    schema: outputMib,
    label: 'Output per case',
    default: 256,
    unit: 'MiB',
    description: 'Size of `/output` for one case.',
    row: 'Further limits',
    phrase: (value) => `${mebibytes(value)} of output per case`,
    option: numberOption(outputMib, { flag: 'output-mib', placeholder: 'O', help: 'size of /output' }),
  },
  imageMib: {
    schema: imageMib,
    label: 'Archives',
    default: 10_240,
    unit: 'MiB',
    description: 'Compressed size of an image archive, and of a model archive, as it is uploaded.',
    row: 'Further limits',
    phrase: (value) => `${mebibytes(value)} each for the image and model archives`,
  },
} as const satisfies Record<string, LimitSetting>;

export const LIMIT_NAMES = Object.keys(LIMIT_SETTINGS) as (keyof typeof LIMIT_SETTINGS)[];
export const limitsSchema = z.strictObject(shapeOf(LIMIT_SETTINGS));
export type Limits = z.infer<typeof limitsSchema>;

export const DEFAULT_LIMITS = Object.fromEntries(
  Object.entries(LIMIT_SETTINGS).map(([name, limit]) => [name, limit.default]),
) as Limits;
