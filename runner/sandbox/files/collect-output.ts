import path from 'node:path';
import { SubmissionError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { imageEndings, type Socket } from '#lib/domain/tasks/sockets.ts';
import { readValue } from '#lib/domain/tasks/value.ts';
import { expectedOutput } from '#runner/sandbox/contracts/case-files.ts';
import type { Verdict } from '#runner/sandbox/engine/verdict.ts';
import type { CollectedOutput, CollectedOutputs, ContainerRequest } from '#runner/types.ts';
import { type Collected, type CollectRules, collectFile } from './collect.ts';

/** Limit for an output, because collected files are held in memory. */
export const MAX_FILE_BYTES = 1024 * 2 ** 20;
/** Limit for a value, which is parsed as a whole. */
const MAX_VALUE_BYTES = 16 * 2 ** 20;

/** A case's result without its facts. */
export type Outcome =
  | { kind: 'output'; outputs: CollectedOutputs }
  | { kind: 'submissionError'; code: SubmissionErrorCode; message: string };

interface CollectOptions {
  /** Decides why a required output is missing; `expected` completes "The program wrote no …". */
  missing: (expected: string) => Verdict;
  /** Where the outputs of the case lie: below /output, ending in a slash, or ''. */
  folder?: string;
  /** The file of an image, if its place is prescribed, below `folder`. */
  fileOf?: (socket: Socket) => string | null;
}

/**
 * Collects the outputs of the task. Nothing may write to `output` meanwhile: its container is dead or frozen.
 */
export async function collectOutputs(
  output: string,
  request: ContainerRequest,
  { missing, folder = '', fileOf = () => null }: CollectOptions,
): Promise<Outcome> {
  const outputs: Record<string, CollectedOutput> = {};
  for (const socket of request.rules.task.outputs) {
    const file = fileOf(socket);
    const found = await collectSocket(output, request, { socket, folder, file });
    if (found.kind === 'unsafe') return refused('OUTPUT_UNSAFE', found.message);
    if (found.kind === 'tooLarge') return refused('OUTPUT_TOO_LARGE', found.message);
    if (found.kind === 'none') {
      if (!socket.required) continue;
      const verdict = missing(file === null ? expectedOutput(socket, folder) : `/output/${folder}${file}`);
      if (verdict.kind !== 'submissionError') throw new Error('A missing output must be a submission error.');
      return verdict;
    }
    if (socket.super_kind === 'Value') {
      const value = readValue(found.bytes, { kind: socket.kind, path: expectedOutput(socket, folder) });
      if (value.kind === 'invalid') return refused('INVALID_VALUE', value.message);
    }
    outputs[socket.slug] = { ending: found.ending, bytes: found.bytes };
  }
  return { kind: 'output', outputs };
}

function collectSocket(
  output: string,
  { image, rules }: ContainerRequest,
  { socket, folder, file }: { socket: Socket; folder: string; file: string | null },
): Promise<Collected> {
  const limit = socket.super_kind === 'Value' ? MAX_VALUE_BYTES : MAX_FILE_BYTES;
  const common = { uid: image.uid, maxBytes: Math.min(rules.limits.outputMib * 2 ** 20, limit) };
  const within = (relative: string, name: CollectRules['name']) =>
    collectFile(output, path.posix.join(folder, relative), { ...common, name });
  if (socket.super_kind === 'Image' && file === null) {
    return within(socket.relative_path, { endings: imageEndings(socket.format!) });
  }
  const place = file ?? socket.relative_path;
  return within(path.posix.dirname(place), path.posix.basename(place));
}

function refused(code: SubmissionErrorCode, message: string): Outcome {
  return { kind: 'submissionError', code, message };
}

/** A program that can't start fails every case in the same way, so this ends the evaluation once. */
export function throwStartFailure(verdict: Verdict): void {
  if (verdict.kind === 'submissionError' && verdict.code === 'START_FAILED')
    throw new SubmissionError(verdict.code, verdict.message);
}
