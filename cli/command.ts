/** A subcommand of `heldout`. `run` gets the arguments after its name and returns the exit code. */
export interface Command {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** The whole help text, printed by --help. */
  help: string;
  run(args: string[]): Promise<number>;
}

/** Invalid arguments: printed as one sentence that refers to --help, with exit code 2. */
export class UsageError extends Error {}

/** The command failed: printed as one sentence, with exit code 1. */
export class CommandError extends Error {}
