import { imageEndings, type Socket } from './sockets.ts';

/**
 * Where the files of a case lie below /input and /output. `id` consists of letters and digits, as BIDS requires.
 */

/** The list of the inputs that a case has, under `exec` and `invoke`. */
export const INPUTS_JSON = 'inputs.json';

/** The file of an input, relative to the folder of its case. */
export function inputPath(id: string, socket: Socket): string {
  return socket.super_kind === 'Image'
    ? `${socket.relative_path}/${imageName(id, socket)}`
    : socket.relative_path;
}

export function imageName(id: string, { format }: Socket): string {
  return `${id}.${format}`;
}

/** The folder of a case under `batch`, where one container sees all cases; ends in a slash. */
export function batchFolder(id: string): string {
  return `sub-${id}/ses-1/`;
}

/** The path of an image with a BIDS name, below the folder of its case; null for other sockets. */
export function bidsFile(id: string, { bids, format }: Socket): string | null {
  return bids === undefined ? null : `anat/sub-${id}_ses-1_${bids}.${format}`;
}

/** ".nii.gz, .nii or .mha": the endings under which an image is accepted. */
export function formatEndings({ format }: Socket): string {
  const endings = imageEndings(format ?? 'nii.gz');
  const last = endings.at(-1) as string;
  return endings.length > 1 ? `${endings.slice(0, -1).join(', ')} or ${last}` : last;
}
