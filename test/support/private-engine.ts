import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import type { Engine } from '#runner/sandbox/engine/engine.ts';
import { mountsBelow } from './mounts.ts';

/** A Docker engine of the test's own, which may be killed: the host's is everybody's. */
export interface PrivateEngine {
  /** For DOCKER_HOST. */
  address: string;
  socketPath: string;
  engine: Engine;
  /** SIGKILL: containers live on. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops it with its containers, and removes its files. */
  close(): Promise<void>;
}

const START_LIMIT_MS = 20_000;

/** `runtimes`: `name=path` each, as dockerd's --add-runtime takes them. */
export async function openPrivateEngine({ runtimes = [] as readonly string[] } = {}): Promise<PrivateEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-engine-'));
  const socketPath = path.join(folder, 'docker.sock');
  const execRoot = path.join(folder, 'exec');
  const engine = openEngine({ socketPath });
  const log = path.join(folder, 'dockerd.log');
  await mkdir(execRoot);
  let daemon: ChildProcess | null = null;

  const startOnce = async (): Promise<boolean> => {
    const file = openSync(log, 'a');
    const places = [`--host=unix://${socketPath}`, `--data-root=${folder}/data`, `--exec-root=${execRoot}`];
    const alone = [
      `--pidfile=${folder}/docker.pid`,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
    ];
    const flags = [...places, ...alone, ...runtimes.map((runtime) => `--add-runtime=${runtime}`)];
    const child = spawn('dockerd', flags, { cwd: '/', stdio: ['ignore', file, file] });
    closeSync(file);
    daemon = child;
    const deadline = performance.now() + START_LIMIT_MS;
    while (child.exitCode === null && performance.now() < deadline) {
      if (
        await engine.ping().then(
          () => true,
          () => false,
        )
      )
        return true;
      await sleep(50);
    }
    return false;
  };
  const start = async (): Promise<void> => {
    // After a kill the first start may end with an error about the old containerd; the second goes through.
    for (let attempt = 1; attempt <= 3; attempt++) if (await startOnce()) return;
    throw new Error(`The engine of the test did not start:\n${(await readFile(log, 'utf8')).slice(-2000)}`);
  };
  const isRunning = () => daemon?.exitCode === null && daemon.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!daemon || !isRunning()) return;
    const exited = once(daemon, 'exit');
    daemon.kill(signal);
    await exited;
  };
  await start();
  return {
    address: `unix://${socketPath}`,
    socketPath,
    engine,
    start,
    kill: () => end('SIGKILL'),
    async close() {
      // A test that failed while it was killed: only an engine ends the containers that live on.
      if (!isRunning()) await start().catch(() => undefined);
      await end('SIGTERM');
      await endContainerd(execRoot);
      // What a killed engine had mounted for its containers, and the next one did not take up.
      for (const point of mountsBelow(folder).reverse()) execFileSync('umount', ['-l', point]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The engine starts it, and leaves it behind when it is killed itself. */
async function endContainerd(execRoot: string): Promise<void> {
  const file = path.join(execRoot, 'containerd', 'containerd.pid');
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (pid === 0 || !command.includes(execRoot)) return;
  process.kill(pid, 'SIGTERM');
  while (
    await readFile(`/proc/${pid}/cmdline`, 'utf8').then(
      (text) => text !== '',
      () => false,
    )
  )
    await sleep(20);
}
