import type { Contract } from '#lib/domain/phases/settings.ts';
import { batchFolder, bidsFile, inputPath } from '#lib/domain/tasks/case-paths.ts';
import { gridOf } from '#lib/domain/tasks/describe-socket.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import type { Task } from '#lib/domain/tasks/task.ts';

/** The task as the kit's scripts read it: task.json. */
export interface KitTask {
  contract: string;
  inputs: KitSocket[];
  outputs: (KitSocket & { grid: string | null })[];
}

interface KitSocket extends Pick<Socket, 'slug' | 'title' | 'kind' | 'super_kind' | 'required'> {
  /** Below /input or /output. Under `batch`, {id} stands for the ID of the case. */
  path: string;
}

/** Any name will do. */
const OUTPUT_NAME = 'output';
const ID = '{id}';

export function kitTask(task: Task, contract: Contract): KitTask {
  const path = (socket: Socket, id: string) =>
    contract === 'BATCH'
      ? `${batchFolder(ID)}${bidsFile(ID, socket) ?? inputPath(id, socket)}`
      : inputPath(id, socket);
  return {
    contract: contract.toLowerCase(),
    inputs: task.inputs.map((socket) => ({ ...facts(socket), path: path(socket, ID) })),
    outputs: task.outputs.map((socket) => ({
      ...facts(socket),
      path: path(socket, OUTPUT_NAME),
      grid: kitGridOf(task, socket),
    })),
  };
}

function facts({ slug, title, kind, super_kind, required }: Socket): Omit<KitSocket, 'path'> {
  return { slug, title, kind, super_kind, required };
}

/**
 * The input on whose grid the kit writes an output image: that of the task, or else the first required one that is a
 * volume or a picture like the output. null if there is none, and for values and files.
 */
export function kitGridOf(task: Task, socket: Socket): string | null {
  if (socket.super_kind !== 'Image') return null;
  const alike = task.inputs.find(
    (input) => input.super_kind === 'Image' && input.required && isPicture(input) === isPicture(socket),
  );
  return gridOf(task, socket) ?? alike?.slug ?? null;
}

export function isPicture({ format }: Pick<Socket, 'format'>): boolean {
  return format === 'png' || format === 'tif';
}
