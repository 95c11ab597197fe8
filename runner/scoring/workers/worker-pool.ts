import { Worker } from 'node:worker_threads';
import type { WorkerReply } from './worker-messages.ts';

/**
 * Worker threads that answer requests one at a time (answer-requests.ts), so that the process stays responsive and
 * all cores are used. Each has a memory limit for its heap. A thread that dies (for example, out of memory) is
 * replaced and its request retried once. A request that kills two threads is rejected with the error that `died`
 * makes; other requests are not affected.
 */

export interface WorkerPoolOptions<Request> {
  /** The module that a thread runs. */
  script: URL;
  workerData: unknown;
  threads: number;
  /** Limit of each thread's heap, in MiB. */
  heapMib: number;
  /** A copy of the request for a thread, and the buffers that move with it. */
  copyOf(request: Request): { copy: Request; transfer: ArrayBuffer[] };
  died(tries: number, why: string, cause: unknown): Error;
}

const MAX_TRIES = 2;

interface Task<Request> {
  request: Request;
  tries: number;
  signal: AbortSignal | undefined;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

interface Thread<Request> {
  worker: Worker;
  task: Task<Request> | null;
}

export class WorkerPool<Request> {
  private readonly options: WorkerPoolOptions<Request>;
  private readonly threads = new Set<Thread<Request>>();
  private readonly waiting: Task<Request>[] = [];
  private closed = false;

  constructor(options: WorkerPoolOptions<Request>) {
    const { threads } = options;
    if (!Number.isInteger(threads) || threads < 1)
      throw new Error(`A pool needs at least one thread, not ${threads}`);
    this.options = options;
  }

  /** Ends all threads and rejects running and waiting jobs. */
  async close(): Promise<void> {
    this.closed = true;
    const stopped = new Error('The pool was closed');
    for (const task of this.waiting.splice(0)) task.reject(stopped);
    await Promise.all(
      [...this.threads].map((thread) => {
        this.release(thread)?.reject(stopped);
        return thread.worker.terminate();
      }),
    );
    this.threads.clear();
  }

  /** Resolves to the reply's value. @throws the error of the thread, that of `died`, or the signal's reason. */
  run(request: Request, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new Error('The pool is closed');
      signal?.throwIfAborted();
      const task: Task<Request> = { request, tries: 0, signal, resolve, reject };
      signal?.addEventListener('abort', () => this.abort(task), { once: true });
      this.waiting.push(task);
      this.next();
    });
  }

  /** Gives the oldest waiting task to an idle thread, or to a new one if there are fewer than allowed. */
  private next(): void {
    if (this.waiting.length === 0) return;
    let thread = [...this.threads].find(({ task }) => task === null);
    if (thread === undefined && this.threads.size < this.options.threads) thread = this.start();
    if (thread === undefined) return;
    const task = this.waiting.shift()!;
    thread.task = task;
    task.tries += 1;
    thread.worker.ref();
    const { copy, transfer } = this.options.copyOf(task.request);
    thread.worker.postMessage(copy, transfer);
    this.next();
  }

  private start(): Thread<Request> {
    const { script, workerData, heapMib } = this.options;
    const worker = new Worker(script, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMib },
      // The worker gets none of the parent's flags (for example, a test runner's loaders) and none of its
      // environment.
      execArgv: [],
      env: {},
    });
    const thread: Thread<Request> = { worker, task: null };
    this.threads.add(thread);
    worker.on('message', (reply: WorkerReply) => this.finish(thread, reply));
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', (code) => this.replace(thread, code, cause));
    return thread;
  }

  private finish(thread: Thread<Request>, reply: WorkerReply): void {
    const task = this.release(thread);
    // An idle thread does not keep the process alive.
    thread.worker.unref();
    if (reply.kind === 'done') task?.resolve(reply.value);
    else task?.reject(Object.assign(new Error(reply.message), { workerStack: reply.stack }));
    this.next();
  }

  private replace(thread: Thread<Request>, code: number, cause: unknown): void {
    this.threads.delete(thread);
    const why = cause instanceof Error ? cause.message : `exit code ${code}`;
    const task = this.release(thread);
    if (task !== null && task.tries < MAX_TRIES) this.waiting.unshift(task);
    else task?.reject(this.options.died(MAX_TRIES, why, cause));
    if (!this.closed) this.next();
  }

  private abort(task: Task<Request>): void {
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

  private release(thread: Thread<Request>): Task<Request> | null {
    const { task } = thread;
    thread.task = null;
    return task;
  }
}
