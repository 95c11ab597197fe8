import { formatKind } from '#lib/domain/tasks/describe-socket.ts';
import type { Socket, SocketKind } from '#lib/domain/tasks/sockets.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { plain } from './kit-phase.ts';
import { isPicture, kitGridOf } from './kit-task.ts';

/** Values that are valid and say nothing, in Python. */
const VALUES: Readonly<Partial<Record<SocketKind, string>>> = {
  String: '""',
  Integer: '0',
  Float: '0.0',
  Bool: 'False',
  Anything: '{}',
};
/** Files of the kinds that have a short valid one. Of the others, the kit writes an empty file. */
const FILES: Readonly<Partial<Record<SocketKind, string>>> = {
  CSV: 'b"\\n"',
  TSV: 'b"\\n"',
  TXT: 'b"\\n"',
  JSON: 'b"{}\\n"',
  OBJ: 'b"\\n"',
  STL: 'b"solid empty\\nendsolid empty\\n"',
  ZIP: 'b"PK\\x05\\x06" + bytes(18)',
};

/** predict.py, with the inputs and outputs of the task in its description and its trivial result. */
export function predictScript(task: Task): string {
  const outputs = task.outputs.map((socket) => outputLine(task, socket));
  const needsNumpy = outputs.some((line) => line.includes('np.'));
  const width = Math.max(...[...task.inputs, ...task.outputs].map(({ slug }) => slug.length));
  const describe = (socket: Socket, what: string) =>
    `      ${`"${socket.slug}"`.padEnd(width + 2)}  ${plain(socket.title)}: ${what}${socket.required ? '' : '; optional'}`;
  return `"""Your method: replace the body of \`predict\`. The other files implement the contract of the phase."""
${needsNumpy ? '\nimport numpy as np\n' : ''}
# Load your weights here, once, before the first case: from /app, if the Dockerfile copies them, or from /opt/ml/model.
MODEL = None


def predict(inputs):
    """Returns the outputs of one case as a dictionary.

    inputs, by slug; an optional one that the case lacks is None:
${task.inputs.map((socket) => describe(socket, inputType(socket))).join('\n')}

    outputs, by slug; an optional one may be left out:
${task.outputs.map((socket) => describe(socket, outputType(task, socket))).join('\n')}
    """
    # Replace this. It returns ${emptyOf(task)}, so that the container runs as it is.
    return {
${outputs.join('\n')}
    }
`;
}

function emptyOf({ outputs }: Task): string {
  return outputs.every(({ super_kind }) => super_kind === 'Image') ? 'empty images' : 'empty results';
}

function inputType(socket: Socket): string {
  if (socket.super_kind === 'Image') {
    const image = isPicture(socket)
      ? 'an Image with .values [row, column]'
      : 'an Image with .values [x, y, z], .affine and .spacing_mm';
    return `${formatKind(socket)}, ${image}`;
  }
  return socket.super_kind === 'Value' ? formatKind(socket) : `${formatKind(socket)}, its path`;
}

function outputType(task: Task, socket: Socket): string {
  if (socket.super_kind === 'File') return `${formatKind(socket)}, its bytes or a path`;
  if (socket.super_kind === 'Value') return formatKind(socket);
  const grid = kitGridOf(task, socket);
  return `${formatKind(socket)}, ${grid === null ? 'an Image or an array' : `an array on the grid of "${grid}"`}`;
}

function outputLine(task: Task, socket: Socket): string {
  const line = `"${socket.slug}": ${emptyOutput(task, socket)},`;
  if (!socket.required) return `        # ${line}`;
  const isEmptyFile = socket.super_kind === 'File' && FILES[socket.kind] === undefined;
  return `        ${line}${isEmptyFile ? `  # not yet a valid ${socket.kind} file` : ''}`;
}

function emptyOutput(task: Task, socket: Socket): string {
  const { kind, super_kind: superKind } = socket;
  if (superKind === 'Value') return VALUES[kind] ?? 'None';
  if (superKind === 'File') return FILES[kind] ?? 'b""';
  const type = kind === 'Heat Map' && !isPicture(socket) ? 'np.float32' : 'np.uint8';
  const grid = kitGridOf(task, socket);
  if (grid === null) return `np.zeros(${isPicture(socket) ? '(1, 1)' : '(1, 1, 1)'}, ${type})`;
  return `np.zeros(inputs["${grid}"].values.shape${isPicture(socket) ? '[:2]' : ''}, ${type})`;
}
