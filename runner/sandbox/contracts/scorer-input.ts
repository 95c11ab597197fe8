import type { SocketContent } from '#lib/domain/tasks/inputs-json.ts';
import {
  type Prediction,
  predictionOf,
  type SocketValue,
} from '#lib/domain/tasks/scorer/predictions-json.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import type { ContainerScoring } from '#lib/domain/tasks/task.ts';
import {
  type FolderFile,
  type MemoryBudget,
  memoryOf,
  ScorerProblem,
  writeFiles,
} from '#runner/sandbox/files/scorer-files.ts';
import type { RunFolders } from '#runner/sandbox/files/scratch.ts';
import type { LoadedImage } from '#runner/types.ts';

/** A scorer and what it is to score. */
export interface ScorerRequest {
  /**
   * Prepared in a realm that no team's image has: through a shared file, a scorer could pass the truth to a team's next
   * container.
   */
  image: LoadedImage;
  scoring: Pick<ContainerScoring, 'metrics' | 'limits' | 'perCase'>;
  /** Whether it must run under gVisor, as the team's containers do. */
  requiresGvisor: boolean;
  /** The cases that succeeded, at least one. Each is opened shortly before a scorer sees it. */
  cases: readonly ScorerCase[];
  /** The part of the truth that isn't of a single case, for each run of the scorer. */
  openTruth?: (signal: AbortSignal) => AsyncIterable<FolderFile>;
  /** Memory for the truth and predictions of one run, in bytes. By default half of what the runner has for scans. */
  maxInputBytes?: number;
  /** Prefix of the container names, and labels that identify them after a crash. */
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Aborted on cancellation, lost lease and shutdown. The container is gone within 2 s. */
  signal: AbortSignal;
}

/** A case whose prediction is scored. */
export interface ScorerCase {
  /** Its `pk` in predictions.json, by which the scorer names it: a name of a folder. */
  name: string;
  open(signal: AbortSignal): Promise<OpenedCase>;
}

export interface OpenedCase {
  /** What the team's container was given, with the organizer's own names of images and files. */
  inputs: readonly SocketValue[];
  /** What the team's container wrote. */
  outputs: readonly ScorerOutput[];
  /** Files of the truth that are of this case. */
  truth?: readonly FolderFile[];
}

export interface ScorerOutput {
  socket: Socket;
  /** Name of an image's file. A value or a file has the name of its socket. */
  fileName: string;
  bytes: Uint8Array;
}

const PREDICTIONS = 'predictions.json';
const MAX_NAME_BYTES = 255;

/** A case and everything of it that lies in memory. */
interface Packed {
  files: FolderFile[];
  truth: readonly FolderFile[];
  entry: string;
  memory: number;
}

/** Hands the cases out in order, as many at a time as fit in memory. */
export class CaseQueue {
  readonly #cases: readonly ScorerCase[];
  #next = 0;
  /** The next case, if it was opened but didn't fit. */
  #opened: Packed | null = null;

  constructor(cases: readonly ScorerCase[]) {
    this.#cases = cases;
    for (const { name } of cases) requireFolderName(name);
  }

  hasMore(): boolean {
    return this.#next < this.#cases.length;
  }

  /** The last cases that were handed out come again. */
  putBack(count: number): void {
    this.#next -= count;
    this.#opened = null;
  }

  /**
   * Writes the truth, the next cases and their predictions.json, and returns the names of the cases. Throws
   * ScorerProblem if not even one case fits.
   */
  async fill(
    folders: RunFolders,
    budget: MemoryBudget,
    { openTruth, signal }: Pick<ScorerRequest, 'openTruth' | 'signal'>,
  ): Promise<string[]> {
    const { input, truth: truthFolder } = folders;
    if (truthFolder === undefined) throw new Error('The run has no folder for the truth.');
    for await (const file of openTruth?.(signal) ?? []) {
      signal.throwIfAborted();
      takeOrThrow(budget, memoryOf([file]), 'The truth alone takes');
      await writeFiles(truthFolder, [file]);
    }
    const names: string[] = [];
    const entries: string[] = [];
    for (let one = this.#cases[this.#next]; one; one = this.#cases[this.#next]) {
      signal.throwIfAborted();
      const packed = this.#opened ?? pack(one, await one.open(signal));
      this.#opened = packed;
      if (names.length > 0 && !budget.has(packed.memory)) break;
      takeOrThrow(budget, packed.memory, `The truth and case ${JSON.stringify(one.name)} take`);
      await writeFiles(input, packed.files);
      await writeFiles(truthFolder, packed.truth);
      names.push(one.name);
      entries.push(packed.entry);
      this.#opened = null;
      this.#next += 1;
    }
    await writeFiles(input, [{ path: PREDICTIONS, bytes: Buffer.from(`[${entries.join(',\n')}]\n`) }]);
    return names;
  }
}

function pack({ name }: ScorerCase, { inputs, outputs, truth = [] }: OpenedCase): Packed {
  const files = outputs.map((output) => ({ path: `${name}/output/${pathOf(output)}`, bytes: output.bytes }));
  const prediction: Prediction = predictionOf(name, {
    inputs,
    outputs: outputs.map((output) => ({ socket: output.socket, content: contentOf(output) })),
  });
  const entry = JSON.stringify(prediction);
  return { files, truth, entry, memory: memoryOf(files) + memoryOf(truth) + Buffer.byteLength(entry) };
}

/** Relative to the output of the case. */
function pathOf({ socket, fileName }: ScorerOutput): string {
  return socket.super_kind === 'Image' ? `${socket.relative_path}/${fileName}` : socket.relative_path;
}

function contentOf({ socket, fileName, bytes }: ScorerOutput): SocketContent {
  switch (socket.super_kind) {
    case 'Image':
      return { image: { name: fileName } };
    case 'Value':
      // It was validated when it was collected (lib/domain/tasks/value.ts).
      return { value: JSON.parse(Buffer.from(bytes).toString()) };
    case 'File':
      return { file: socket.relative_path.slice(socket.relative_path.lastIndexOf('/') + 1) };
  }
}

function takeOrThrow(budget: MemoryBudget, bytes: number, what: string): void {
  if (!budget.has(bytes)) {
    const mib = Math.floor(budget.maxBytes / 2 ** 20);
    throw new ScorerProblem(
      `${what} more than ${mib} MiB, which is what this runner has in memory for a scorer. Use a runner with more memory.`,
    );
  }
  budget.take(bytes);
}

function requireFolderName(name: string): void {
  const isOne = name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
  if (isOne && name !== PREDICTIONS && Buffer.byteLength(name) <= MAX_NAME_BYTES) return;
  throw new ScorerProblem(`The case ${JSON.stringify(name.slice(0, 200))} can’t be the name of a folder.`);
}
