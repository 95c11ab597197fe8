import { formatEndings, INPUTS_JSON, imageName, inputPath } from '#lib/domain/tasks/case-paths.ts';
import { inputEntry, type SocketContent } from '#lib/domain/tasks/inputs-json.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
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
    { path: INPUTS_JSON, bytes: Buffer.from(`${JSON.stringify(entries, null, 2)}\n`) },
  ];
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

/** What is expected of an output, for messages: ".nii.gz, .nii or .mha file in /output/images/mask". */
export function expectedOutput(socket: Socket, folder = ''): string {
  const place = `/output/${folder}${socket.relative_path}`;
  return socket.super_kind === 'Image' ? `${formatEndings(socket)} file in ${place}` : place;
}
