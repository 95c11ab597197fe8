/** One subcommand of `heldout`. `run` gets the arguments behind its name and gives the exit code. */
export interface Command {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** The whole help text, printed by --help. */
  help: string;
  run(args: string[]): Promise<number>;
}

/** The command was called wrongly: printed as one sentence with a pointer to --help, exit code 2. */
export class UsageError extends Error {}

/** What the command was asked to do can't be done: printed as one sentence, exit code 1. */
export class CommandError extends Error {}
