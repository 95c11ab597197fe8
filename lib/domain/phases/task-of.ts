import { LESIONS, STROKE_T1, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import type { ContainerRules } from './settings.ts';

type TaskRules = Pick<ContainerRules, 'contract' | 'inputFormat' | 'givesMetadata' | 'takesProbabilityMaps'>;

/** The task of a phase: the built-in one, with the inputs and outputs that the phase's settings leave. */
export function taskOf({ contract, inputFormat, givesMetadata, takesProbabilityMaps }: TaskRules): Task {
  const isBatch = contract === 'BATCH';
  const { probabilityMap, ...scoring } = STROKE_T1.scoring as Extract<
    Task['scoring'],
    { kind: 'segmentation' }
  >;
  const takesMap = takesProbabilityMaps && !isBatch;
  return taskSchema.parse({
    inputs: STROKE_T1.inputs
      .filter(({ slug }) => slug === T1 || (givesMetadata && !isBatch))
      .map((socket) =>
        socket.slug === T1 && inputFormat === 'MHA' && !isBatch ? { ...socket, format: 'mha' } : socket,
      ),
    outputs: STROKE_T1.outputs.filter(({ slug }) => slug === LESIONS || takesMap),
    scoring: takesMap ? { ...scoring, probabilityMap } : scoring,
  });
}
