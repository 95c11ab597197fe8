import type { Socket } from '#lib/domain/tasks/sockets.ts';
import type { CaseInput } from '#runner/types.ts';
import { type InputFile, inputPath } from './case-files.ts';

/** The files of the contract `batch`: a BIDS dataset in /input, BIDS derivatives in /output. */

export const DATASET_DESCRIPTION: InputFile = {
  path: 'dataset_description.json',
  bytes: Buffer.from(
    `${JSON.stringify({ Name: 'Cases without truth', BIDSVersion: '1.8.0', DatasetType: 'raw' }, null, 2)}\n`,
  ),
};

/** The files of a case. `id` consists of letters and digits. */
export function batchFiles({ id, contents }: CaseInput): InputFile[] {
  return contents.map(({ socket, bytes }) => {
    return { path: `${batchFolder(id)}${bidsFile(id, socket) ?? inputPath(id, socket)}`, bytes };
  });
}

/** The folder of a case, below /input and /output. */
export function batchFolder(id: string): string {
  return `sub-${id}/ses-1/`;
}

/** The path of an image with a BIDS name, below the folder of its case; null for other sockets. */
export function bidsFile(id: string, { bids, format }: Socket): string | null {
  return bids === undefined ? null : `anat/sub-${id}_ses-1_${bids}.${format}`;
}
