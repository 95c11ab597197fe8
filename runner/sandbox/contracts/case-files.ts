import { inputEntry, type SocketContent } from '#lib/domain/tasks/inputs-json.ts';
import { imageEndings, type Socket } from '#lib/domain/tasks/sockets.ts';
import type { CaseInput, InputContent } from '#runner/types.ts';

/** The files of a case under `exec` and `invoke`: what /input contains, and what is expected in /output. */

export interface InputFile {
  /** Relative to /input. */
  path: string;
  bytes: Uint8Array;
}

/** The files of a case, and inputs.json, which lists exactly what is there. */
export function caseFiles({ id, contents }: CaseInput): InputFile[] {
  const entries = contents.map((content) => inputEntry(content.socket, contentOf(id, content)));
  return [
    ...contents.map((content) => ({ path: inputPath(id, content.socket), bytes: content.bytes })),
    { path: 'inputs.json', bytes: Buffer.from(`${JSON.stringify(entries, null, 2)}\n`) },
  ];
}

/** Relative to the folder of the case. */
export function inputPath(id: string, socket: Socket): string {
  return socket.super_kind === 'Image'
    ? `${socket.relative_path}/${imageName(id, socket)}`
    : socket.relative_path;
}

function contentOf(id: string, { socket, bytes }: InputContent): SocketContent {
  switch (socket.super_kind) {
    case 'Image':
      return { image: { name: imageName(id, socket) } };
    case 'Value':
      return { value: JSON.parse(Buffer.from(bytes).toString()) };
    case 'File':
      return { file: socket.relative_path };
  }
}

function imageName(id: string, { format }: Socket): string {
  return `${id}.${format}`;
}

/** What is expected of an output, for messages: ".nii.gz, .nii or .mha file in /output/images/mask". */
export function expectedOutput({ super_kind, format, relative_path: path }: Socket, folder = ''): string {
  if (super_kind !== 'Image') return `/output/${folder}${path}`;
  const endings = imageEndings(format!);
  const last = endings.at(-1)!;
  const text = endings.length > 1 ? `${endings.slice(0, -1).join(', ')} or ${last}` : last;
  return `${text} file in /output/${folder}${path}`;
}
