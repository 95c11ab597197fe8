import { imageName } from './case-paths.ts';
import { type InputEntry, inputEntry, type SocketContent } from './inputs-json.ts';
import type { Socket, SocketKind } from './sockets.ts';
import type { Task } from './task.ts';

/** Random IDs are longer; this one is easy to recognize as an example. */
const EXAMPLE_ID = 'case1';
const EXAMPLE_VALUES: Readonly<Partial<Record<SocketKind, unknown>>> = {
  String: 'text',
  Integer: 1,
  Float: 0.5,
  Bool: true,
  Anything: {},
};

/** The entries of inputs.json for a case that has every input. */
export function exampleInputs({ inputs }: Pick<Task, 'inputs'>): InputEntry[] {
  return inputs.map((socket) => inputEntry(socket, exampleContent(socket)));
}

function exampleContent(socket: Socket): SocketContent {
  switch (socket.super_kind) {
    case 'Image':
      return { image: { name: imageName(EXAMPLE_ID, socket) } };
    case 'Value':
      return { value: EXAMPLE_VALUES[socket.kind] };
    case 'File':
      return { file: socket.relative_path };
  }
}
