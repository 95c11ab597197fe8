import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import { type Gpu, suitableGpus } from '#lib/domain/runners/capabilities.ts';

/** GPUs of one container until `release` is called. */
export interface TakenGpus {
  uuids: readonly string[];
  /** A second call has no effect. */
  release(): void;
}

interface Waiting {
  gpu: NonNullable<ContainerRules['gpu']>;
  resolve(taken: TakenGpus): void;
}

/** Assigns each GPU to one container at a time, in the order of the requests. */
export class GpuPool {
  readonly #all: readonly Gpu[];
  readonly #free: Set<Gpu>;
  readonly #waiting: Waiting[] = [];

  constructor(gpus: readonly Gpu[]) {
    this.#all = gpus;
    this.#free = new Set(gpus);
  }

  /** Waits until enough suitable GPUs are free. Throws PlatformError if the host does not have that many. */
  async take(gpu: ContainerRules['gpu']): Promise<TakenGpus> {
    if (!gpu) return { uuids: [], release: () => undefined };
    if (suitableGpus(this.#all, gpu).length < gpu.count) {
      // Runners never claim such phases, so this is a bug, and the container must not start.
      throw new PlatformError('INTERNAL', 'The phase needs GPUs that this host doesn’t have.');
    }
    const { promise, resolve } = Promise.withResolvers<TakenGpus>();
    this.#waiting.push({ gpu, resolve });
    this.#serve();
    return promise;
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { gpu, resolve } = next;
      const taken = suitableGpus([...this.#free], gpu).slice(0, gpu.count);
      if (taken.length < gpu.count) return;
      this.#waiting.shift();
      for (const one of taken) this.#free.delete(one);
      resolve({
        uuids: taken.map(({ uuid }) => uuid),
        release: () => {
          for (const one of taken.splice(0)) this.#free.add(one);
          this.#serve();
        },
      });
    }
  }
}
