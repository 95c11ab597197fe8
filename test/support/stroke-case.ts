import { LESIONS, STROKE_METADATA, STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import type { CaseMetadata } from '#lib/domain/test-sets/manifest.ts';
import type { CaseInput, CaseRun } from '#runner/types.ts';

export const MAP = 'lesion-probability-map';

/** The task stroke-t1, with scans in another format, or with an optional probability map. */
export function strokeTask({
  format = 'nii.gz',
  maps = false,
}: {
  format?: 'nii.gz' | 'mha';
  maps?: boolean;
} = {}): Task {
  const { inputs, outputs, scoring } = STROKE_T1;
  const [t1, ...others] = inputs;
  const map = {
    slug: MAP,
    title: 'Lesion probability',
    kind: 'Heat Map',
    relative_path: `images/${MAP}`,
    format: 'nii.gz',
    required: false,
  };
  return taskSchema.parse({
    inputs: [{ ...t1, format }, ...others],
    outputs: maps ? [...outputs, map] : outputs,
    scoring: maps ? { ...scoring, probabilityMap: MAP } : scoring,
  });
}

/** A case of that task, with whatever bytes stand for its scan. */
export function strokeInput({
  id,
  scan,
  format = 'nii.gz',
  metadata = null,
}: {
  id: string;
  scan: Uint8Array;
  format?: 'nii.gz' | 'mha';
  metadata?: CaseMetadata | null;
}): CaseInput {
  const [t1, ...others] = strokeTask({ format }).inputs;
  const socket = others.find(({ slug }) => slug === STROKE_METADATA)!;
  return {
    id,
    contents: [
      { socket: t1!, bytes: scan },
      ...(metadata === null ? [] : [{ socket, bytes: Buffer.from(JSON.stringify(metadata)) }]),
    ],
  };
}

/** The mask that a container wrote. The error contains the log if there is none. */
export function maskOf(run: CaseRun): Uint8Array {
  if (run.kind !== 'output') throw new Error(`${run.kind}: ${run.message}\n${run.log}`);
  return run.outputs[LESIONS]!.bytes;
}
