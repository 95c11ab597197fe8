import path from 'node:path';
import type { RunnerEnvironment } from '#runner/environment.ts';
import { type ImageCache, openImageCache } from '#runner/images/image-cache.ts';
import type { Logger } from '#runner/log.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import type { Adapters } from './adapters.ts';

export function openImages(
  environment: RunnerEnvironment,
  { sandbox, store }: Pick<Adapters, 'sandbox' | 'store'>,
  log: Logger,
): Promise<ImageCache> {
  return openImageCache({
    sandbox,
    store,
    file: path.join(environment.home, 'images.json'),
    engineFolder: sandbox.host.engine.dataFolder,
    budgetBytes: imagesBudgetBytes(environment, sandbox.host),
    log,
  });
}

/** By default half of the engine's disk; unlimited if its size can't be read. */
export function imagesBudgetBytes(
  { imagesMib }: Pick<RunnerEnvironment, 'imagesMib'>,
  { disk }: Pick<Sandbox['host'], 'disk'>,
): number {
  if (imagesMib !== null) return imagesMib * 2 ** 20;
  return disk ? disk.totalBytes / 2 : Number.POSITIVE_INFINITY;
}
