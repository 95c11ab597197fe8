import { Worker } from 'node:worker_threads';
import type { MaskLabel } from '#lib/domain/metrics/labels.ts';
import type { CaseOutcome, ScoringJob } from '#runner/scoring/score-case.ts';
import type { LabelledTruthFacts, TruthFacts } from '#runner/scoring/truth-facts.ts';
import type { WorkerData, WorkerReply, WorkerRequest } from './worker-messages.ts';

/**
 * Scores cases in worker threads, so that the process stays responsive and all cores are used. Each worker
 * has a memory limit for its heap and for the voxel data that it reads. A worker that dies (for example, out
 * of memory) is replaced and its job retried once. A job that kills two workers is rejected with
 * ScoringWorkerDied; other jobs are not affected.
 */

export interface ScoringPoolOptions {
  threads: number;
  /** Memory per thread in MiB: half for its heap, half for voxel data. Default 1024. */
  memoryLimitMib?: number;
}

/** Two worker threads in a row ended during a job. A platform error: the job can be retried. */
export class ScoringWorkerDied extends Error {
  override name = 'ScoringWorkerDied';
}

const MAX_TRIES = 2;

interface Task {
  request: WorkerRequest;
  tries: number;
  signal: AbortSignal | undefined;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

interface Thread {
  worker: Worker;
  task: Task | null;
}

export class ScoringPool {
  private readonly size: number;
  private readonly memoryLimitMib: number;
  private readonly threads = new Set<Thread>();
  private readonly waiting: Task[] = [];
  private closed = false;

  constructor({ threads, memoryLimitMib = 1024 }: ScoringPoolOptions) {
    if (!Number.isInteger(threads) || threads < 1)
      throw new Error(`A scoring pool needs at least one thread, not ${threads}`);
    this.size = threads;
    this.memoryLimitMib = memoryLimitMib;
  }

  /**
   * Scores one case; see runner/scoring/score-case.ts. Does not change the caller's buffers.
   *
   * @throws ScoringWorkerDied if two workers in a row die during it, the signal's reason, or Error if the
   * truth can't be used.
   */
  async score(job: ScoringJob, signal?: AbortSignal): Promise<CaseOutcome> {
    const { metrics, labels, ...rest } = job;
    const request: WorkerRequest = {
      kind: 'score',
      job: { ...rest, ...(metrics && { metrics: [...metrics] }), ...(labels && { labels: [...labels] }) },
    };
    return (await this.run(request, signal)) as CaseOutcome;
  }

  /** See runner/scoring/truth-facts.ts. */
  async truthFacts(truth: Uint8Array, signal?: AbortSignal): Promise<TruthFacts> {
    return (await this.run({ kind: 'facts', bytes: truth }, signal)) as TruthFacts;
  }

  /** See runner/scoring/truth-facts.ts. */
  async labelledTruthFacts(
    truth: Uint8Array,
    labels: readonly MaskLabel[],
    signal?: AbortSignal,
  ): Promise<LabelledTruthFacts> {
    const request: WorkerRequest = { kind: 'facts', bytes: truth, labels: [...labels] };
    return (await this.run(request, signal)) as LabelledTruthFacts;
  }

  /** See runner/imaging/rewrite.ts. */
  async rewriteScan(bytes: Uint8Array, format: 'NII_GZ' | 'MHA', signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.run({ kind: 'rewrite', bytes, format }, signal)) as Uint8Array;
  }

  /** Ends all threads and rejects running and waiting jobs. */
  async close(): Promise<void> {
    this.closed = true;
    const stopped = new Error('The scoring pool was closed');
    for (const task of this.waiting.splice(0)) task.reject(stopped);
    await Promise.all(
      [...this.threads].map((thread) => {
        this.release(thread)?.reject(stopped);
        return thread.worker.terminate();
      }),
    );
    this.threads.clear();
  }

  private run(request: WorkerRequest, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new Error('The scoring pool is closed');
      signal?.throwIfAborted();
      const task: Task = { request, tries: 0, signal, resolve, reject };
      signal?.addEventListener('abort', () => this.abort(task), { once: true });
      this.waiting.push(task);
      this.next();
    });
  }

  /** Gives the oldest waiting task to an idle thread, or to a new one if there are fewer than allowed. */
  private next(): void {
    if (this.waiting.length === 0) return;
    let thread = [...this.threads].find(({ task }) => task === null);
    if (thread === undefined && this.threads.size < this.size) thread = this.start();
    if (thread === undefined) return;
    const task = this.waiting.shift()!;
    thread.task = task;
    task.tries += 1;
    thread.worker.ref();
    const { copy, transfer } = copyOf(task.request);
    thread.worker.postMessage(copy, transfer);
    this.next();
  }

  private start(): Thread {
    const half = this.memoryLimitMib / 2;
    const limits: WorkerData = { maxVoxelBytes: Math.floor(half * 1024 * 1024) };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: limits,
      resourceLimits: { maxOldGenerationSizeMb: half },
      // The worker gets none of the parent's flags (for example, a test runner's loaders) and none of its
      // environment.
      execArgv: [],
      env: {},
    });
    const thread: Thread = { worker, task: null };
    this.threads.add(thread);
    worker.on('message', (reply: WorkerReply) => this.finish(thread, reply));
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', (code) => this.replace(thread, code, cause));
    return thread;
  }

  private finish(thread: Thread, reply: WorkerReply): void {
    const task = this.release(thread);
    // An idle thread does not keep the process alive.
    thread.worker.unref();
    if (reply.kind === 'done') task?.resolve(reply.value);
    else task?.reject(Object.assign(new Error(reply.message), { workerStack: reply.stack }));
    this.next();
  }

  private replace(thread: Thread, code: number, cause: unknown): void {
    this.threads.delete(thread);
    const why = cause instanceof Error ? cause.message : `exit code ${code}`;
    const task = this.release(thread);
    if (task !== null && task.tries < MAX_TRIES) this.waiting.unshift(task);
    else
      task?.reject(
        new ScoringWorkerDied(`${MAX_TRIES} scoring threads died during this case: ${why}`, { cause }),
      );
    if (!this.closed) this.next();
  }

  private abort(task: Task): void {
    const place = this.waiting.indexOf(task);
    if (place >= 0) this.waiting.splice(place, 1);
    const thread = [...this.threads].find((one) => one.task === task);
    if (thread !== undefined) {
      // A thread can't be interrupted in another way; the next task starts a new one.
      thread.task = null;
      this.threads.delete(thread);
      void thread.worker.terminate();
    }
    task.reject(task.signal?.reason);
    this.next();
  }

  private release(thread: Thread): Task | null {
    const { task } = thread;
    thread.task = null;
    return task;
  }
}

/**
 * Copies the request's files, so that the copies can be transferred and the originals are available for a
 * retry.
 */
function copyOf(request: WorkerRequest): { copy: WorkerRequest; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const transferableCopy = (bytes: Uint8Array) => {
    const copy = new Uint8Array(bytes);
    transfer.push(copy.buffer);
    return copy;
  };
  if (request.kind !== 'score')
    return { copy: { ...request, bytes: transferableCopy(request.bytes) }, transfer };
  const { truth, prediction, probabilityMap } = request.job;
  const files = { truth: transferableCopy(truth), prediction: transferableCopy(prediction) };
  const map = probabilityMap ? { probabilityMap: transferableCopy(probabilityMap) } : {};
  return { copy: { kind: 'score', job: { ...request.job, ...files, ...map } }, transfer };
}
