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

/** A Docker engine only for this test, which can be killed, unlike the host's shared engine. */
export interface PrivateEngine {
  /** The value for DOCKER_HOST. */
  address: string;
  socketPath: string;
  engine: Engine;
  /** Sends SIGKILL; containers keep running. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops it with its containers, and removes its files. */
  close(): Promise<void>;
}

const START_LIMIT_MS = 20_000;

/** `runtimes` are `name=path` pairs for dockerd's --add-runtime. */
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
    // In a network of its own: dockerd removes the interface docker0, even another engine's, if it has no bridge.
    const child = spawn('unshare', ['--net', 'dockerd', ...flags], {
      cwd: '/',
      stdio: ['ignore', file, file],
    });
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
    // After a kill, the first start may fail because of the old containerd; the second one succeeds.
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
      // If a test failed while the engine was down, only a new engine can end the remaining containers.
      if (!isRunning()) await start().catch(() => undefined);
      await end('SIGTERM');
      await endContainerd(execRoot);
      // Mounts of a killed engine that the next one didn't take over.
      for (const point of mountsBelow(folder).reverse()) execFileSync('umount', ['-l', point]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends the containerd that the engine started. A killed engine leaves it running. */
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
