import { readFile } from 'node:fs/promises';
import { CommandError } from '#cli/command.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';

/** Reads a task from a JSON file. Throws CommandError that names the file and each problem. */
export async function readTask(file: string): Promise<Task> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`The task ${file} can't be read (${(error as Error).message}).`);
  }
  const parsed = parseOrDescribe(taskSchema, json);
  if (parsed.success) return parsed.data;
  throw new CommandError(`The task ${file} is invalid:\n  ${formatProblems(parsed.problems).join('\n  ')}`);
}
