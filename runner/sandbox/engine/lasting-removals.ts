import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { Engine } from './engine.ts';

const AGAIN_AFTER_MS = 1000;

/**
 * An engine that is killed leaves containers running that nobody can remove at that moment, perhaps one of which
 * it could not even tell us that it was made. They are removed as soon as it answers again, without waiting for
 * the next start of the runner.
 */
export function withLastingRemovals(engine: Engine): { engine: Engine; stop(): void } {
  /** IDs, and names of those whose creation was not answered: names are never used twice. */
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const later = (container: string): void => {
    pending.add(container);
    timer ??= setTimeout(() => void removePending(), AGAIN_AFTER_MS).unref();
  };
  const removePending = async (): Promise<void> => {
    const containers = [...pending];
    pending.clear();
    timer = undefined;
    for (const container of containers) await engine.removeContainer(container).catch(() => later(container));
  };
  return {
    engine: {
      ...engine,
      async createContainer(spec) {
        try {
          return await engine.createContainer(spec);
        } catch (error) {
          if (error instanceof PlatformError && error.code === 'ENGINE_LOST') later(spec.name);
          throw error;
        }
      },
      async removeContainer(id) {
        try {
          await engine.removeContainer(id);
        } catch (error) {
          later(id);
          throw error;
        }
      },
    },
    stop: () => clearTimeout(timer),
  };
}
