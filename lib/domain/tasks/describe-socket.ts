import type { Socket, SocketKind } from './sockets.ts';
import type { Task } from './task.ts';

const VALUE_NAMES: Readonly<Partial<Record<SocketKind, string>>> = {
  String: 'text',
  Integer: 'whole number',
  Float: 'number',
  Bool: 'true or false',
  Anything: 'any value',
};

/** "segmentation (.nii.gz)", "whole number (JSON)", "CSV file" */
export function formatKind({ kind, super_kind: superKind, format }: Socket): string {
  if (superKind === 'Image') return `${kind.toLowerCase()} (.${format})`;
  return superKind === 'Value' ? `${VALUE_NAMES[kind]} (JSON)` : `${kind} file`;
}

/** The slug of the input image whose grid an output image has; null if nothing says so. */
export function gridOf({ scoring }: Pick<Task, 'scoring'>, { slug }: Socket): string | null {
  if (scoring.kind !== 'segmentation') return null;
  return slug === scoring.output || slug === scoring.probabilityMap ? scoring.grid : null;
}

/** "0 background, 1 CSF, 2 gray matter": what the values of a mask with labels mean; null for any other output. */
export function describeLabels({ scoring }: Pick<Task, 'scoring'>, { slug }: Socket): string | null {
  if (scoring.kind !== 'segmentation' || slug !== scoring.output || !scoring.labels) return null;
  return ['0 background', ...scoring.labels.map(({ value, name }) => `${value} ${name}`)].join(', ');
}
