import { type Command, CommandError, UsageError } from './command.ts';

/** Loaded on demand, so that `heldout score` doesn’t wait for the container engine’s client, or vice versa. */
const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  score: {
    summary: 'score a folder of masks against a folder of true masks',
    load: async () => (await import('./score/score.ts')).scoreCommand,
  },
  try: {
    summary: 'run an image on your own cases in the platform’s sandbox',
    load: async () => (await import('./try/try.ts')).tryCommand,
  },
  synthesize: {
    summary: 'generate synthetic stroke cases',
    load: async () => (await import('./synthesize/synthesize.ts')).synthesizeCommand,
  },
  dataset: {
    summary: 'check the cases that you have on disk',
    load: async () => (await import('./dataset/dataset-command.ts')).datasetCommand,
  },
  testset: {
    summary: 'seal a hidden test set on your machine and import it to a site',
    load: async () => (await import('./testset/testset.ts')).testsetCommand,
  },
  scorer: {
    summary: 'give a phase your own scorer',
    load: async () => (await import('./scorer/scorer.ts')).scorerCommand,
  },
  doctor: {
    summary: 'check whether this host can run untrusted containers',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand,
  },
  rescore: {
    summary: 'show what would change if a phase were rescored (on a runner’s host)',
    load: async () => (await import('./admin/rescore.ts')).rescoreCommand,
  },
  admin: {
    summary: 'create the first accounts (needs the database)',
    load: async () => (await import('./admin/create-user.ts')).adminCommand,
  },
};
import { CommandError, UsageError } from './command.ts';
import { COMMANDS, findCommand } from './commands.ts';

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'heldout: benchmark challenges on hidden test sets',
    '',
    'Usage: heldout COMMAND [ARGUMENTS]',
    '',
    ...rows,
    '',
    'Run heldout COMMAND --help for help on a command.',
    '',
  ].join('\n');
}

async function main(argv: string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? 2 : 0;
  }
  const command = await findCommand(name);
  if (!command) {
    process.stderr.write(`heldout: unknown command "${name}"\n\n${overview()}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${command.help.trim()}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError || isParseArgsError(error)) {
      process.stderr.write(`heldout ${name}: ${error.message}\nRun heldout ${name} --help for usage.\n`);
      return 2;
    }
    if (error instanceof CommandError) {
      process.stderr.write(`heldout ${name}: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}

// A closed pipe (`heldout score … | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
