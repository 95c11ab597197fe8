import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#lib/platform/database.ts';
import { mountsBelow } from '#test/support/mounts.ts';

/**
 * Ways to block a runner at a known point, so that a fault hits the intended state without sleeps or hooks in
 * the runner: blobs that are replaced by pipes, containers that wait for a file, and locked tables.
 */
const LOOK_EVERY_MS = 20;
const LIMIT_MS = 20_000;

type Answer<T> = T | null | undefined | false;

/** Polls until there is an answer. Throws after 20 s. */
export async function eventually<T>(what: string, ask: () => Answer<T> | Promise<Answer<T>>): Promise<T> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${LIMIT_MS / 1000} s for: ${what}.`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** A blob that is replaced by a pipe, so that its reader blocks. */
export interface HeldBlob {
  /** Resolves when a runner has opened the blob and waits for its bytes. */
  opened(): Promise<void>;
  /** Gives the reader this many further bytes, without ending the pipe. */
  give(bytes: number): Promise<void>;
  /** Restores the blob. A blocked reader gets the rest. */
  release(): Promise<void>;
}

export async function holdBlob(storeFolder: string, sha256: string): Promise<HeldBlob> {
  const place = path.join(storeFolder, sha256.slice(0, 2), sha256);
  const aside = `${place}.held`;
  await rename(place, aside);
  execFileSync('mkfifo', [place]);
  const content = await readFile(aside);
  let pipe: FileHandle | null = null;
  let given = 0;
  let released = false;
  let opening: Promise<FileHandle | null> | null = null;
  // Fails without a reader and otherwise succeeds at once, so that no thread blocks.
  const tryOpen = async (): Promise<boolean> => {
    opening ??= open(place, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => null);
    pipe = await opening;
    if (pipe === null) opening = null;
    return pipe !== null;
  };
  const write = async (until: number): Promise<void> => {
    while (pipe && given < until) {
      try {
        given += (await pipe.write(content, given, Math.min(until - given, 65_536))).bytesWritten;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EPIPE') return;
        if (code !== 'EAGAIN') throw error;
        await sleep(1);
      }
    }
  };
  return {
    opened: async () => void (await eventually('a reader of the held blob', () => released || tryOpen())),
    give: (bytes) => write(Math.min(given + bytes, content.length)),
    async release() {
      released = true;
      await tryOpen();
      await rename(aside, place);
      await write(content.length);
      await pipe?.close();
    },
  };
}

/** Wraps a script so that it waits until `releaseContainers` is called. */
export function waitForRelease(script: string): string {
  return `until [ -e /output/go ]; do sleep 0.05; done; rm /output/go; ${script}`;
}

/** Lets current and later containers of `waitForRelease` continue, until `stop` is called. */
export function releaseContainers(runnerHome: string): { stop(): void } {
  const memory = path.join(runnerHome, 'scratch', 'memory');
  const opened = new Set<string>();
  const look = async () => {
    const mounts = mountsBelow(memory);
    for (const name of await readdir(memory).catch(() => [])) {
      const output = path.join(memory, name, 'output');
      // A file written before the mount would be hidden by it.
      if (opened.has(name) || !mounts.includes(output)) continue;
      await writeFile(path.join(output, 'go'), '').then(
        () => opened.add(name),
        () => undefined,
      );
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** Blocks writers of aggregates. Resolves when the table is locked. */
export async function lockScores(
  db: Database,
): Promise<{ untilBlocked(): Promise<void>; release(): Promise<void> }> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const done = db.$transaction(
    async (tx) => {
      await tx.$executeRaw`LOCK TABLE "Score" IN EXCLUSIVE MODE`;
      held.resolve();
      await released.promise;
    },
    { timeout: 60_000 },
  );
  done.catch(held.reject);
  await held.promise;
  const waiters = async () => {
    const rows = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND relation = '"Score"'::regclass`;
    return rows.length > 0;
  };
  return {
    untilBlocked: async () => void (await eventually('a writer of scores', waiters)),
    async release() {
      released.resolve();
      await done;
    },
  };
}
