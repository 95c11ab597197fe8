import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { Engine } from './engine.ts';

const RETRY_AFTER_MS = 1000;

/**
 * Wraps an engine so that failed removals are retried. An engine that is killed leaves containers running
 * that can't be removed at that moment, possibly including one whose creation it could not confirm. They are
 * removed as soon as the engine answers again, without waiting for the runner's next start.
 */
export function retryRemovals(engine: Engine): { engine: Engine; stop(): void } {
  /** Container IDs, and names of containers whose creation was not confirmed; names are never reused. */
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const scheduleRemoval = (container: string): void => {
    pending.add(container);
    timer ??= setTimeout(() => void removePending(), RETRY_AFTER_MS).unref();
  };
  const removePending = async (): Promise<void> => {
    const containers = [...pending];
    pending.clear();
    timer = undefined;
    for (const container of containers)
      await engine.removeContainer(container).catch(() => scheduleRemoval(container));
  };
  return {
    engine: {
      ...engine,
      async createContainer(spec) {
        try {
          return await engine.createContainer(spec);
        } catch (error) {
          if (error instanceof PlatformError && error.code === 'ENGINE_LOST') scheduleRemoval(spec.name);
          throw error;
        }
      },
      async removeContainer(id) {
        try {
          await engine.removeContainer(id);
        } catch (error) {
          scheduleRemoval(id);
          throw error;
        }
      },
    },
    stop: () => clearTimeout(timer),
  };
}
