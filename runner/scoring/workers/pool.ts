import { Worker } from 'node:worker_threads';
import type { CaseOutcome, ScoringJob } from '#runner/scoring/score-case.ts';
import type { TruthFacts } from '#runner/scoring/truth-facts.ts';
import type { WorkerData, WorkerReply, WorkerRequest } from './worker-messages.ts';

/**
 * Scoring in worker threads, so that the process stays responsive and all cores work. A worker has a limit of
 * its heap and of the voxel data that it reads; one that dies (out of memory, say) is replaced and its job tried
 * once more. A job that kills two workers is rejected with ScoringWorkerDied; no other job is touched.
 */

export interface ScoringPoolOptions {
  threads: number;
  /** Memory of each thread in MiB: half for its heap, half for voxel data. Default 1024. */
  memoryLimitMib?: number;
}

/** Worker threads ended in the middle of a job, twice. A fault of the platform: the job can be tried again. */
export class ScoringWorkerDied extends Error {
  override name = 'ScoringWorkerDied';
}

const TRIES = 2;

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
    if (!Number.isInteger(threads) || threads < 1) throw new Error(`A pool needs a thread, not ${threads}`);
    this.size = threads;
    this.memoryLimitMib = memoryLimitMib;
  }

  /**
   * Score one case; see runner/scoring/score-case.ts. The caller's buffers stay untouched.
   *
   * @throws ScoringWorkerDied where two workers in a row died of it, the signal's reason, or Error where the truth can't be used.
   */
  async score(job: ScoringJob, signal?: AbortSignal): Promise<CaseOutcome> {
    const { metrics, ...rest } = job;
    const request: WorkerRequest = {
      kind: 'score',
      job: metrics ? { ...rest, metrics: [...metrics] } : rest,
    };
    return (await this.run(request, signal)) as CaseOutcome;
  }

  /** See runner/scoring/truth-facts.ts. */
  async truthFacts(truth: Uint8Array, signal?: AbortSignal): Promise<TruthFacts> {
    return (await this.run({ kind: 'facts', bytes: truth }, signal)) as TruthFacts;
  }

  /** See runner/imaging/rewrite.ts. */
  async rewriteScan(bytes: Uint8Array, format: 'NII_GZ' | 'MHA', signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.run({ kind: 'rewrite', bytes, format }, signal)) as Uint8Array;
  }

  /** End all threads; what is under way or waiting is rejected. */
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

  /** Give the longest waiting task to a free thread, or to a new one while there are fewer than allowed. */
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
      // Nothing of the parent's flags (a test runner's loaders, say) and none of its environment.
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
    if (task !== null && task.tries < TRIES) this.waiting.unshift(task);
    else task?.reject(new ScoringWorkerDied(`${TRIES} scoring threads died of this case: ${why}`, { cause }));
    if (!this.closed) this.next();
  }

  private abort(task: Task): void {
    const place = this.waiting.indexOf(task);
    if (place >= 0) this.waiting.splice(place, 1);
    const thread = [...this.threads].find((one) => one.task === task);
    if (thread !== undefined) {
      // A thread can't be interrupted otherwise; the next task starts a new one.
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

/** The request with copies of its files, to be handed over: the originals stay for another try. */
function copyOf(request: WorkerRequest): { copy: WorkerRequest; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const copied = (bytes: Uint8Array) => {
    const copy = new Uint8Array(bytes);
    transfer.push(copy.buffer);
    return copy;
  };
  if (request.kind !== 'score') return { copy: { ...request, bytes: copied(request.bytes) }, transfer };
  const { truth, prediction, probabilityMap } = request.job;
  const files = { truth: copied(truth), prediction: copied(prediction) };
  const map = probabilityMap ? { probabilityMap: copied(probabilityMap) } : {};
  return { copy: { kind: 'score', job: { ...request.job, ...files, ...map } }, transfer };
}
