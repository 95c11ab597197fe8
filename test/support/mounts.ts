import { readFileSync } from 'node:fs';

/**
 * Mount points at or below a folder, outermost first, to check for leftovers. Independent of the code under
 * test, so that a mistake there can't hide leftovers.
 */
export function mountsBelow(folder: string): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const points = lines.map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`));
}
