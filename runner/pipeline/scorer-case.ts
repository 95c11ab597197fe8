import type { SocketContent } from '#lib/domain/tasks/inputs-json.ts';
import type { SocketValue } from '#lib/domain/tasks/scorer/predictions-json.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import type { OpenedCase, ScorerOutput } from '#runner/sandbox/contracts/scorer-input.ts';
import type { CaseFiles, CollectedOutputs } from '#runner/types.ts';

/** What an organizer's scorer is given of a case. */

/** What the scorer knows a case as, by its index in the test set. */
export function scorerCaseName(index: number): string {
  return `case-${String(index).padStart(4, '0')}`;
}

/** The inputs, with the organizer's own names of files, by which scorers find the truth. */
export function scorerInputs(
  { inputs }: Pick<Task, 'inputs'>,
  files: CaseFiles,
  names: Readonly<Record<string, string>>,
): SocketValue[] {
  return inputs.flatMap((socket) => {
    const bytes = files.get(socket.slug);
    return bytes ? [{ socket, content: contentOf(socket, bytes, names[socket.slug] ?? socket.slug) }] : [];
  });
}

/** The outputs. An image's file has the name of the case. */
export function scorerOutputs(
  { outputs: sockets }: Pick<Task, 'outputs'>,
  outputs: CollectedOutputs,
  caseName: string,
): ScorerOutput[] {
  return sockets.flatMap((socket) => {
    const output = outputs[socket.slug];
    return output ? [{ socket, fileName: `${caseName}${output.ending}`, bytes: output.bytes }] : [];
  });
}

/** The truth files of a case, in a folder of their own. */
export function scorerTruth(
  files: CaseFiles,
  { folder, names }: { folder: string; names: Readonly<Record<string, string>> },
): NonNullable<OpenedCase['truth']> {
  return [...files].map(([slug, bytes]) => ({ path: `${folder}/${names[slug] ?? slug}`, bytes }));
}

function contentOf(socket: Socket, bytes: Uint8Array, name: string): SocketContent {
  switch (socket.super_kind) {
    case 'Image':
      return { image: { name } };
    case 'Value':
      return { value: JSON.parse(Buffer.from(bytes).toString()) };
    case 'File':
      return { file: name };
  }
}
