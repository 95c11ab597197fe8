import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { RunnerEnvironment } from '#runner/environment.ts';
import type { ScorerDeps } from '#runner/pipeline/score-by-container.ts';
import { openSandbox } from '#runner/sandbox/sandbox.ts';

/**
 * A sandbox of its own for an organizers' scorer, beside that of a runner on this host. Its images are removed at the
 * end, unless they were here before.
 */
export async function openScorerSandbox(
  { home }: Pick<RunnerEnvironment, 'home'>,
  store: Store,
): Promise<ScorerDeps & AsyncDisposable> {
  const scratch = await mkdtemp(path.join(home, 'rescore-'));
  const sandbox = await openSandbox({ runner: path.basename(scratch), scratch });
  return {
    sandbox,
    images: {
      async use({ sha256, realm }, { limits }, signal) {
        const image = await sandbox.prepareImage(store.open(sha256), limits, { realm, signal });
        const release = await sandbox.holdImage(image.id);
        if (!release) throw new PlatformError('INTERNAL', 'The image was removed right after it was loaded.');
        return {
          image,
          async [Symbol.asyncDispose]() {
            await release();
            if (image.isNew) await sandbox.removeImage(image.id);
          },
        };
      },
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
