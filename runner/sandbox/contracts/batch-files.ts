import { batchFolder, bidsFile, inputPath } from '#lib/domain/tasks/case-paths.ts';
import type { CaseInput } from '#runner/types.ts';
import type { InputFile } from './case-files.ts';

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
