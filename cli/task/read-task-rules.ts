import { UsageError } from '#cli/command.ts';
import { readPhaseRules } from '#cli/site/phase-rules.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { readTask } from './read-task.ts';

/**
 * The task that `--task`, or `--phase` and `--site`, name, with what its phase counts as one lesion; null if none is
 * named. Throws UsageError and CommandError.
 */
export async function readTaskRules({
  task,
  phase,
  site,
}: {
  task?: string | undefined;
  phase?: string | undefined;
  site?: string | undefined;
}): Promise<Pick<PhaseRules, 'task' | 'connectivity'> | null> {
  if (task !== undefined && phase !== undefined)
    throw new UsageError('--task and --phase exclude each other.');
  if (task !== undefined) return { task: await readTask(task), connectivity: 6 };
  return readPhaseRules({ phase, site });
}
