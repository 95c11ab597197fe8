import { availableParallelism, hostname, totalmem } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { parseEnvironment } from '#lib/domain/describe-issues.ts';

/** Treats an empty variable as unset, because Compose files and CI set unused variables to ''. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema);

/** Documented in .env.example. */
export const runnerVariables = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'The address of the database, postgresql://…' }),
  HELDOUT_HOME: optional(z.string().default('.heldout')),
  HELDOUT_STORE: optional(z.string().optional()),
  HELDOUT_RUNNER_HOME: optional(z.string().optional()),
  HELDOUT_RUNNER_NAME: optional(z.string().max(80).default(hostname())),
  HELDOUT_RUNNER_CPUS: optional(z.coerce.number().min(0.1).default(availableParallelism())),
  HELDOUT_RUNNER_MEMORY_MIB: optional(
    z.coerce
      .number()
      .min(64)
      .default(Math.floor((totalmem() * 0.8) / 2 ** 20)),
  ),
  HELDOUT_RUNNER_IMAGES_MIB: optional(z.coerce.number().min(0).optional()),
  HELDOUT_RUNNER_LEASE_SECONDS: optional(z.coerce.number().min(1).max(3600).default(60)),
  HELDOUT_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error']).default('info')),
});

export interface RunnerEnvironment {
  databaseUrl: string;
  /** Shared with the site. */
  storeFolder: string;
  /** Only for this runner: its key and its scratch space. */
  home: string;
  name: string;
  /** Processors and memory for all containers together. */
  cpus: number;
  memoryMib: number;
  /** After this long without a renewal, another runner takes over this runner's evaluation. */
  leaseSeconds: number;
  /** Disk space for loaded images on the engine's disk; null means half of the disk. */
  imagesMib: number | null;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** Throws an Error that lists every missing or invalid variable. */
export function parseRunnerEnvironment(variables: NodeJS.ProcessEnv): RunnerEnvironment {
  const data = parseEnvironment(runnerVariables, variables, 'runner');
  const home = path.resolve(data.HELDOUT_HOME);
  return {
    databaseUrl: data.DATABASE_URL,
    storeFolder: path.resolve(data.HELDOUT_STORE ?? path.join(home, 'store')),
    home: path.resolve(data.HELDOUT_RUNNER_HOME ?? path.join(home, 'runner')),
    name: data.HELDOUT_RUNNER_NAME,
    cpus: data.HELDOUT_RUNNER_CPUS,
    memoryMib: data.HELDOUT_RUNNER_MEMORY_MIB,
    imagesMib: data.HELDOUT_RUNNER_IMAGES_MIB ?? null,
    leaseSeconds: data.HELDOUT_RUNNER_LEASE_SECONDS,
    logLevel: data.HELDOUT_LOG_LEVEL,
  };
}
