import type { Contract } from '#lib/domain/phases/settings.ts';
import { batchFolder, bidsFile, formatEndings, INPUTS_JSON, inputPath } from './case-paths.ts';
import type { Socket } from './sockets.ts';
import type { Task } from './task.ts';

/** What a container sees and writes, as a tree of folders and files. */

export interface TreeNode {
  /** The last part of the path. The name of a folder ends in a slash; a part in <…> stands for any name. */
  name: string;
  /** What it is, or ''. */
  note: string;
  /** A case may lack it, or a container need not write it. */
  isOptional: boolean;
  children: TreeNode[];
}

interface Entry {
  /** Absolute. A folder's ends in a slash. */
  path: string;
  note: string;
  isOptional?: boolean;
}

/** Stands for the random ID of a case. */
const ID = '<id>';
const ANY_NAME = '<any name>';

const SHOWN_CASES: Readonly<Record<Contract, string>> = {
  EXEC: 'one case, read-only',
  INVOKE: 'the case of the current request, read-only',
  BATCH: 'all cases, read-only',
};

/** The top level is absolute: /input/, /output/, /opt/ml/model/ and /tmp/. */
export function contractTree({ task, contract }: { task: Task; contract: Contract }): TreeNode[] {
  const isBatch = contract === 'BATCH';
  const list: Entry = isBatch
    ? { path: '/input/dataset_description.json', note: 'makes it a BIDS dataset' }
    : { path: `/input/${INPUTS_JSON}`, note: 'lists the inputs that this case has' };
  const cases: Entry[] = isBatch ? [{ path: `/input/${topOf(ID)}`, note: 'one folder for each case' }] : [];
  return toTree([
    { path: '/input/', note: SHOWN_CASES[contract] },
    list,
    ...cases,
    ...task.inputs.map((socket) => ({ ...pathOf('/input/', socket, isBatch), ...describe(socket) })),
    { path: '/output/', note: contract === 'INVOKE' ? 'empty for each request' : 'empty at the start' },
    ...task.outputs.map((socket) => outputEntry(socket, isBatch)),
    { path: '/opt/ml/model/', note: 'your model archive, if you submit one; read-only' },
    { path: '/tmp/', note: 'for temporary files, which count as memory' },
  ]);
}

/** The tree as lines of text, with notes in a column, for a README. */
export function formatTree(nodes: readonly TreeNode[]): string {
  const lines = linesOf(nodes, 0);
  const width = Math.max(...lines.map(({ text }) => text.length));
  return lines.map(({ text, note }) => `${text.padEnd(width)}  ${note}`.trimEnd()).join('\n');
}

function linesOf(nodes: readonly TreeNode[], depth: number): { text: string; note: string }[] {
  return nodes.flatMap(({ name, note, isOptional, children }) => [
    {
      text: `${'  '.repeat(depth)}${name}`,
      note: [note, isOptional ? 'optional' : ''].filter(Boolean).join('; '),
    },
    ...linesOf(children, depth + 1),
  ]);
}

function describe({ title, required }: Socket): Pick<Entry, 'note' | 'isOptional'> {
  return { note: title, isOptional: !required };
}

function pathOf(root: string, socket: Socket, isBatch: boolean): Pick<Entry, 'path'> {
  if (!isBatch) return { path: `${root}${inputPath(ID, socket)}` };
  return { path: `${root}${batchFolder(ID)}${bidsFile(ID, socket) ?? inputPath(ID, socket)}` };
}

/** An image may have any name, unless it is that of BIDS. */
function outputEntry(socket: Socket, isBatch: boolean): Entry {
  const isNamed = socket.super_kind !== 'Image' || (isBatch && socket.bids !== undefined);
  if (isNamed) return { ...pathOf('/output/', socket, isBatch), ...describe(socket) };
  const folder = `/output/${isBatch ? batchFolder(ID) : ''}${socket.relative_path}`;
  const note = `${socket.title}: exactly one file that ends in ${formatEndings(socket)}`;
  return { path: `${folder}/${ANY_NAME}`, note, isOptional: !socket.required };
}

function topOf(id: string): string {
  const folder = batchFolder(id);
  return folder.slice(0, folder.indexOf('/') + 1);
}

/** Puts each path below its folders, which are added once. */
function toTree(entries: readonly Entry[]): TreeNode[] {
  const top: TreeNode[] = [];
  for (const { path, note, isOptional = false } of entries) {
    let siblings = top;
    let node: TreeNode | undefined;
    for (const name of partsOf(path)) {
      node = siblings.find((one) => one.name === name);
      if (!node) {
        node = { name, note: '', isOptional: false, children: [] };
        siblings.push(node);
      }
      siblings = node.children;
    }
    Object.assign(node as TreeNode, { note, isOptional });
  }
  return top;
}

/** "/input/a/b" has the parts "/input/", "a/" and "b"; /opt/ml/model/ is one part, as nothing else lies in /opt. */
function partsOf(path: string): string[] {
  const root = ['/input/', '/output/'].find((one) => path.startsWith(one)) ?? path;
  const below = path.slice(root.length).match(/[^/]+\/?/g) ?? [];
  return [root, ...below];
}
