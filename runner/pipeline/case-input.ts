import { randomBytes } from 'node:crypto';
import type { Task } from '#lib/domain/tasks/task.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { CaseFiles, CaseInput, InputContent } from '#runner/types.ts';

export interface CaseInputOptions {
  task: Pick<Task, 'inputs'>;
  /** The original files of the organizer or the team, by slug. */
  files: CaseFiles;
  scoring: Pick<ScoringPool, 'rewriteImage'>;
  signal: AbortSignal;
}

/**
 * Prepares a case for its container: images rewritten in memory, under a random ID that is used only once; values and
 * files as they are.
 *
 * @throws Error if a required input is missing.
 */
export async function caseInput({ task, files, scoring, signal }: CaseInputOptions): Promise<CaseInput> {
  const contents: InputContent[] = [];
  for (const socket of task.inputs) {
    const bytes = files.get(socket.slug);
    if (bytes) {
      const { format } = socket;
      contents.push({ socket, bytes: format ? await scoring.rewriteImage(bytes, format, signal) : bytes });
    } else if (socket.required) {
      throw new Error(`The case has no ${socket.slug}, which the task requires.`);
    }
  }
  // Random, so that a container can't recognize a case of another evaluation by its name.
  return { id: randomBytes(16).toString('hex'), contents };
}
