import { inputEntry, type SocketContent } from '#lib/domain/tasks/inputs-json.ts';
import { imageEndings, type Socket } from '#lib/domain/tasks/sockets.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import type { CaseInput } from '#runner/types.ts';

/** The files of the contract `exec`: what /input contains, and where a mask is expected in /output. */

export interface InputFile {
  /** Relative to /input. */
  path: string;
  bytes: Uint8Array;
}

const [SCAN, METADATA] = STROKE_T1.inputs as [Socket, Socket];
const [MASK, MAP] = STROKE_T1.outputs as [Socket, Socket];

export const MASK_FOLDER = MASK.relative_path;
/** For messages. */
export const EXPECTED_MASK = `${endingsText(MASK)} file in /output/${MASK_FOLDER}`;
export const MAP_FOLDER = MAP.relative_path;

/** What a case has for an input. */
interface InputContent {
  socket: Socket;
  content: SocketContent;
  bytes: Uint8Array;
}

/**
 * The scan, its metadata if the phase provides any, and the list of inputs by which templates select their
 * handler.
 */
export function execInputFiles({ id, format, scan, metadata }: CaseInput): InputFile[] {
  const name = `${id}.${format === 'MHA' ? 'mha' : 'nii.gz'}`;
  return inputFiles([
    { socket: SCAN, content: { image: { name } }, bytes: scan },
    ...(metadata ? [{ socket: METADATA, content: { value: metadata }, bytes: jsonBytes(metadata) }] : []),
  ]);
}

/** The files of a case, and inputs.json, which lists exactly what is there. */
function inputFiles(inputs: readonly InputContent[]): InputFile[] {
  const files = inputs.map(({ socket, content, bytes }) => {
    const path = 'image' in content ? `${socket.relative_path}/${content.image.name}` : socket.relative_path;
    return { path, bytes };
  });
  const entries = inputs.map(({ socket, content }) => inputEntry(socket, content));
  return [...files, { path: 'inputs.json', bytes: jsonBytes(entries) }];
}

/** ".nii.gz, .nii or .mha" */
function endingsText({ format }: Socket): string {
  const endings = imageEndings(format ?? 'nii.gz');
  return `${endings.slice(0, -1).join(', ')}${endings.length > 1 ? ' or ' : ''}${endings.at(-1)}`;
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
