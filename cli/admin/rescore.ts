import { parseArgs } from 'node:util';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { startProgress } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { RescoreReport } from '#lib/domain/evaluations/rescore.ts';
import { readPhase } from '#lib/evaluations/read-phase-scores.ts';
import { openStore } from '#lib/platform/storage/store.ts';
import { parseRunnerEnvironment, type RunnerEnvironment } from '#runner/environment.ts';
import { openPredictionStore } from '#runner/pipeline/kept-predictions.ts';
import { rescorePhase } from '#runner/pipeline/rescore.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import { type RunnerKey, readKey } from '#runner/secrets/key.ts';
import { heldoutHome, runnerEnvironment } from '#scripts/environment.ts';
import { rescoreText } from './rescore-text.ts';
import { withDatabase } from './with-database.ts';

const HELP = `
heldout rescore: say what would change if a phase were scored again

Usage:
  heldout rescore --phase CHALLENGE/PHASE --dry-run [--json FILE]

Opens the predictions that the phase kept and the truth, both sealed to the runner's key, scores them with the
metrics as they are in this version, and compares: means, values of single cases and ranks. Runs no container and
writes nothing. A case whose prediction was not kept stays as it was recorded, and is counted.

Runs on a runner's host with its environment: its key (HELDOUT_RUNNER_HOME), the store (HELDOUT_STORE), its login
in DATABASE_URL, or the embedded database of this clone. A runner may work meanwhile.

  --phase    the challenge and the phase, as in stroke-t1-2026/test
  --dry-run  needed: new scores can't be published yet
  --json     write the comparison to FILE; "-" prints it instead of the tables

Exit code: 0 when the phase was looked at (whether or not anything would change), 1 when something that must be
there can't be used (the phase, the key, the test set), 2 when the command was called wrongly.
`;

export const rescoreCommand: Command = {
  name: 'rescore',
  summary: 'say what would change if a phase were scored again (on a runner’s host)',
  help: HELP,
  async run(args) {
    const options = parseOptions(args);
    const report = await withDatabase('runner', async (db, databaseUrl) => {
      const environment = parseEnvironment(databaseUrl);
      const key = await openKey(environment);
      const phase = await readPhase(db, options);
      if (!phase) throw new CommandError(`There is no phase ${options.challenge}/${options.phase}.`);
      if (!phase.testSet) {
        throw new CommandError(`The phase ${options.challenge}/${options.phase} has no test set.`);
      }
      return rescore(environment, key, { db, phase });
    });
    const { challenge, phase, json } = options;
    if (json !== '-') process.stdout.write(rescoreText(`${challenge}/${phase}`, report));
    if (json !== undefined) await writeJson(json, { challenge, phase, dryRun: true, ...report });
    return 0;
  },
};

function parseOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      phase: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const [challenge, phase, ...more] = (values.phase ?? '').split('/');
  if (!challenge || !phase || more.length > 0) throw new UsageError('--phase CHALLENGE/PHASE is missing.');
  if (!values['dry-run']) {
    throw new UsageError('new scores can’t be published yet: --dry-run says what would change.');
  }
  return { challenge, phase, json: values.json };
}

function parseEnvironment(databaseUrl: string): RunnerEnvironment {
  const variables = runnerEnvironment({ home: heldoutHome(), databaseUrl });
  try {
    return parseRunnerEnvironment(variables);
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}

async function openKey({ home }: RunnerEnvironment): Promise<RunnerKey> {
  try {
    return await readKey(home);
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}

async function rescore(
  { cpus, storeFolder }: RunnerEnvironment,
  key: RunnerKey,
  {
    db,
    phase,
  }: Pick<Parameters<typeof rescorePhase>[0], 'db'> & { phase: Parameters<typeof rescorePhase>[1] },
): Promise<RescoreReport> {
  const threads = Math.max(1, Math.floor(cpus));
  const scoring = new ScoringPool({ threads });
  const progress = startProgress();
  try {
    const report = await rescorePhase(
      {
        db,
        store: openStore(storeFolder),
        predictions: openPredictionStore(storeFolder),
        key,
        scoring,
        // One more than threads: the next files are opened while all threads work.
        parallel: threads + 1,
        onCase: (done, total) => progress.update(`scored ${done} of ${total} again`),
      },
      phase,
    );
    progress.done(`${report.cases.scoredAgain} cases scored again`);
    return report;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new CommandError(error.message, { cause: error });
  } finally {
    await scoring.close();
  }
}
