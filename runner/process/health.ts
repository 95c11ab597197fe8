import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import { freeBytesAt } from '#runner/sandbox/host/host.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';

/**
 * With less free disk space than this, the runner takes no new work: a full disk makes every evaluation fail.
 */
const MIN_FREE_BYTES = 2 ** 30;
/** A hung engine must not delay the runner's report until it counts as silent. */
const PING_LIMIT_MS = 5000;

export interface HealthOptions {
  sandbox: Pick<Sandbox, 'ping'>;
  /** Folders that the runner and the engine write to. Those that aren't on this host are ignored. */
  folders: readonly string[];
}

/** Checks for problems that prevent new work, one sentence each. */
export async function checkHealth({
  sandbox,
  folders,
}: HealthOptions): Promise<Pick<RunnerHealth, 'status' | 'problems' | 'freeDiskBytes'>> {
  const [engine, ...free] = await Promise.all([
    answersInTime(sandbox.ping()).then((answers) =>
      answers ? [] : ['The container engine does not answer.'],
    ),
    ...folders.map(freeBytesAt),
  ]);
  const full = folders.flatMap((folder, i) => {
    const bytes = free[i] ?? null;
    return bytes !== null && bytes < MIN_FREE_BYTES
      ? [`${Math.floor(bytes / 2 ** 20)} MiB are free at ${folder}; it needs ${MIN_FREE_BYTES / 2 ** 20}.`]
      : [];
  });
  const known = free.filter((bytes) => bytes !== null);
  const problems = [...engine, ...full];
  return {
    status: problems.length === 0 ? 'ok' : 'degraded',
    problems,
    freeDiskBytes: known.length === 0 ? null : Math.min(...known),
  };
}

async function answersInTime(ping: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PING_LIMIT_MS);
  });
  const answer = ping.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
