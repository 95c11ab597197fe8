import { mkdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Limits } from '#lib/domain/phases/limits.ts';
import type { CasesRequest } from '#runner/types.ts';
import { type PreparedImage, type PrepareOptions, prepareImage } from './archive/prepare-image.ts';
import { type ModelFolder, unpackModel } from './archive/unpack-model.ts';
import { runCases } from './contracts/run-cases.ts';
import { runScorer, type ScorerRun } from './contracts/run-scorer.ts';
import type { ScorerRequest } from './contracts/scorer-input.ts';
import { openEngine } from './engine/docker.ts';
import { GpuPool } from './engine/gpu-pool.ts';
import { retryRemovals } from './engine/retry-removals.ts';
import { openScratch } from './files/scratch.ts';
import { type HostFacts, readHost } from './host/host.ts';
import { seccompProfile } from './policy/seccomp.ts';

/**
 * The path from an untrusted archive to a mask:
 *
 *   archive ─ checked, rewritten, loaded ─▶ image ID ─┐
 *   scan ──── files in memory ──────────▶ /input ─────┼─▶ one container ─▶ dead ─▶ /output ─▶ one file
 *   limits ── profile.ts, seccomp.ts ───▶ settings ───┘
 */
export interface Sandbox {
  host: HostFacts;
  /** Throws PlatformError('ENGINE_LOST') when the engine does not answer. */
  ping(): Promise<void>;
  /** Throws SubmissionError if the archive is rejected, PlatformError if the engine or the disk fails. */
  prepareImage(
    archive: Readable,
    limits: Limits,
    options?: Pick<PrepareOptions, 'realm' | 'contract' | 'signal' | 'beforeLoad'>,
  ): Promise<PreparedImage>;
  /** Unpacks a team's model archive to a folder, which disposing removes. Throws like `prepareImage`. */
  unpackModel(archive: Readable, limits: Limits, signal?: AbortSignal): Promise<ModelFolder>;
  /** Returns false if any container uses the image. Succeeds if the image is already gone. */
  removeImage(id: string): Promise<boolean>;
  /**
   * Keeps everyone from removing the image until the returned function is called; null if the image is gone.
   */
  holdImage(id: string): Promise<(() => Promise<void>) | null>;
  /** See contracts/run-cases.ts. */
  runCases(request: CasesRequest): Promise<void>;
  /** See contracts/run-scorer.ts. */
  runScorer(request: ScorerRequest): Promise<ScorerRun>;
  /** Removes containers, mounts and folders that an earlier process of this runner left. */
  sweep(): Promise<void>;
  /** No container may be running. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** The runner's name, which containers carry as a label so that they can be found again. */
  runner: string;
  /** A folder that only this runner uses. */
  scratch: string;
  socketPath?: string;
  /**
   * Time that a server has to become healthy, and that a batch has in addition to its cases' time. Default
   * 300.
   */
  startUpSeconds?: number;
}

/** Throws PlatformError if there is no engine or mounting is not permitted. */
export async function openSandbox({
  runner,
  scratch: root,
  socketPath,
  startUpSeconds = 300,
}: SandboxOptions): Promise<Sandbox> {
  const { engine, stop } = retryRemovals(openEngine(socketPath === undefined ? {} : { socketPath }));
  await mkdir(root, { recursive: true, mode: 0o700 });
  const host = await readHost(engine, root);
  const scratch = await openScratch(root);
  const context = {
    engine,
    scratch,
    runner,
    seccomp: seccompProfile(),
    startUpSeconds,
    gvisorRuntime: host.gvisorRuntime,
    gpus: new GpuPool(host.gpus),
  };
  return {
    host,
    ping: engine.ping,
    prepareImage: (archive, { imageMib }, options) =>
      prepareImage(engine, archive, {
        imageMib,
        scratchDir: scratch.diskFolder,
        engineFolder: host.engine.dataFolder,
        ...options,
      }),
    unpackModel: (archive, { imageMib }, signal) =>
      unpackModel(archive, {
        archiveMib: imageMib,
        scratchDir: scratch.diskFolder,
        ...(signal && { signal }),
      }),
    removeImage: engine.removeImage,
    async holdImage(id) {
      const container = await engine.holdImage(id, { 'heldout.runner': runner });
      return container === null
        ? null
        : async () => void (await Promise.allSettled([engine.removeContainer(container)]));
    },
    runCases: (request) => runCases(context, request),
    runScorer: (request) => runScorer(context, request),
    async sweep() {
      for (const { id } of await engine.listContainers(`heldout.runner=${runner}`))
        await engine.removeContainer(id);
      await scratch.sweep();
    },
    close() {
      stop();
      return scratch.close();
    },
  };
}
