import { parseArgs } from 'node:util';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { startProgress } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { readPhase } from '#lib/evaluations/read-phase-scores.ts';
import { openStore } from '#lib/platform/storage/store.ts';
import { parseRunnerEnvironment, type RunnerEnvironment } from '#runner/environment.ts';
import { openPredictionStore } from '#runner/pipeline/kept-predictions.ts';
import { type RescoredPhase, rescorePhase } from '#runner/pipeline/rescore/rescore-phase.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import { type RunnerKey, readKey } from '#runner/secrets/key.ts';
import { heldoutHome, runnerEnvironment } from '#scripts/environment.ts';
import { openScorerSandbox } from './rescore-scorer.ts';
import { rescoreText } from './rescore-text.ts';
import { withDatabase } from './with-database.ts';

const HELP = `
heldout rescore: score the kept predictions of a phase again

Usage:
  heldout rescore --phase CHALLENGE/PHASE [--dry-run] [--json FILE]

Opens the predictions that the phase kept and the true masks, both sealed to the runner's key, scores them with the
metrics of this version, or with the latest version of the organizers' scorer, and compares means, values of single
cases, metrics over all cases and ranks. The new scores are stored beside those in force. Nothing changes before an
organizer publishes them on the site, under Organize → Rescorings. Runs no container of a team. A case whose prediction
wasn't kept stays as recorded, and is counted; a submission with such a case can't be published. A metric over all cases is computed again for a submission if every prediction
that was scored is kept.

Run it on a runner's host with the runner's environment: its key (HELDOUT_RUNNER_HOME), the store (HELDOUT_STORE),
and its login in DATABASE_URL or the embedded database of this clone. A runner may run at the same time.

  --phase    the challenge and the phase, for example stroke-t1-2026/test
  --dry-run  only show what would change, and store nothing
  --json     write the comparison to FILE; "-" prints it instead of the tables

Exit code: 0 if the phase was compared (whether or not anything would change), 1 if the phase, the key or the test
set can't be used, 2 if the arguments are invalid.
`;

export const rescoreCommand: Command = {
  name: 'rescore',
  summary: 'score the kept predictions of a phase again (on a runner’s host)',
  help: HELP,
  async run(args) {
    const options = parseOptions(args);
    const { report, rescoringId } = await withDatabase('runner', async (db, databaseUrl) => {
      const environment = parseEnvironment(databaseUrl);
      const key = await openKey(environment);
      const phase = await readPhase(db, options);
      if (!phase) throw new CommandError(`The phase ${options.challenge}/${options.phase} doesn’t exist.`);
      if (!phase.testSet) {
        throw new CommandError(`The phase ${options.challenge}/${options.phase} has no test set.`);
      }
      return rescore(environment, key, { db, phase, isDryRun: options.isDryRun });
    });
    const { challenge, phase, json, isDryRun } = options;
    if (json !== '-') {
      process.stdout.write(rescoreText(`${challenge}/${phase}`, report));
      if (!isDryRun) process.stdout.write(storedText(challenge, rescoringId));
    }
    if (json !== undefined)
      await writeJson(json, { challenge, phase, dryRun: isDryRun, rescoringId, ...report });
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
  return { challenge, phase, json: values.json, isDryRun: values['dry-run'] };
}

function storedText(challenge: string, rescoringId: string | null): string {
  return rescoringId === null
    ? '\nNo submission could be rescored as a whole, so nothing was stored.\n'
    : `\nThe new scores are stored, and not in force. Publish or drop them at /organize/${challenge}/rescorings.\n`;
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
  { cpus, home, storeFolder }: RunnerEnvironment,
  key: RunnerKey,
  {
    db,
    phase,
    isDryRun,
  }: Pick<Parameters<typeof rescorePhase>[0], 'db'> & {
    phase: Parameters<typeof rescorePhase>[1];
    isDryRun: boolean;
  },
): Promise<RescoredPhase> {
  const threads = Math.max(1, Math.floor(cpus));
  const scoring = new ScoringPool({ threads });
  const progress = startProgress();
  const store = openStore(storeFolder);
  try {
    const rescored = await rescorePhase(
      {
        db,
        store,
        openScorer: () => openScorerSandbox({ home }, store),
        predictions: openPredictionStore(storeFolder),
        key,
        scoring,
        // One more than the threads, so that the next files are opened while all threads work.
        parallel: threads + 1,
        onCase: (done, total) => progress.update(`rescored ${done} of ${total}`),
      },
      phase,
      { isDryRun },
    );
    progress.done(`${rescored.report.cases.scoredAgain} cases rescored`);
    return rescored;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new CommandError(error.message, { cause: error });
  } finally {
    await scoring.close();
  }
}
