import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { startProgress } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import type { Connectivity } from '#runner/scoring/geometry/components.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import { type FolderScore, listMasks, type MaskFiles, scoreFolder } from './score-folder.ts';
import { scoreTables } from './score-table.ts';

const HELP = `
heldout score: score a folder of masks against a folder of true masks

Usage:
  heldout score --truth FOLDER --prediction FOLDER [--maps FOLDER] [--threads N]
                [--connectivity 6|18|26] [--json FILE]

Every .nii, .nii.gz and .mha file in the truth folder is a case; its prediction is the file of the same name
without extension in the prediction folder. A case without a prediction is a failed case that counts, and a
prediction that is no mask on the truth's grid is rejected: both take the worst value in the aggregates (0 for
shares, the largest true volume, count or grid diagonal of the folder for the others). The metrics are those of
docs/participants/scoring.md, computed by the code that the platform scores with. It needs no site.

  --truth         folder of true masks
  --prediction    folder of predicted masks
  --maps          folder of probability maps, for pr_auc: a case without one has 0, one that is no map on the
                  truth's grid rejects its case; without the option pr_auc has no value
  --threads       cases scored at a time (default: all cores)
  --connectivity  what is one lesion: voxels that share a face (6, the default), an edge (18) or a corner (26)
  --json          write cases and aggregates to FILE; "-" prints them instead of the tables

Exit code: 0 when every case was looked at (whether or not it got a score), 1 when a file that must be there
can't be used (a true mask, a folder), 2 when the command was called wrongly.
`;

export const scoreCommand: Command = {
  name: 'score',
  summary: 'score a folder of masks against a folder of true masks',
  help: HELP,
  run: score,
};

async function score(args: string[]): Promise<number> {
  const options = parseOptions(args);
  const truth = await listMasks(options.truth);
  if (truth.size === 0) throw new CommandError(`${options.truth} holds no .nii, .nii.gz or .mha file.`);
  const prediction = await listMasks(options.prediction);
  const maps = options.maps === undefined ? null : await listMasks(options.maps);
  warnOfStrangers(truth, prediction, options.prediction);
  if (maps && options.maps !== undefined) warnOfStrangers(truth, maps, options.maps);
  const threads = Math.min(options.threads, truth.size);
  const pool = new ScoringPool({ threads });
  const progress = startProgress();
  try {
    const result = await scoreFolder({
      truth,
      prediction,
      maps,
      connectivity: options.connectivity,
      pool,
      // One more than threads: the next files are read while all threads work.
      parallel: threads + 1,
      onCase: (done, total) => progress.update(`scored ${done} of ${total}`),
    });
    progress.done(summary(result));
    await report(result, options.json);
  } finally {
    await pool.close();
  }
  return 0;
}

function parseOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      truth: { type: 'string' },
      prediction: { type: 'string' },
      maps: { type: 'string' },
      threads: { type: 'string', default: String(availableParallelism()) },
      connectivity: { type: 'string', default: '6' },
      json: { type: 'string' },
    },
  });
  const { truth, prediction, maps, json } = values;
  if (truth === undefined) throw new UsageError('--truth FOLDER is missing.');
  if (prediction === undefined) throw new UsageError('--prediction FOLDER is missing.');
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new UsageError(`--threads is a whole number from 1 to 1024, not "${values.threads}".`);
  }
  if (!['6', '18', '26'].includes(values.connectivity)) {
    throw new UsageError(`--connectivity is 6, 18 or 26, not "${values.connectivity}".`);
  }
  return {
    truth,
    prediction,
    maps,
    json,
    threads,
    connectivity: Number(values.connectivity) as Connectivity,
  };
}

/** Predictions and maps that belong to no case are left out: said, because a wrong name looks like a missing mask. */
function warnOfStrangers(truth: MaskFiles, prediction: MaskFiles, folder: string): void {
  const strangers = [...prediction.keys()].filter((name) => !truth.has(name));
  if (strangers.length === 0) return;
  const some = strangers.slice(0, 3).join(', ');
  const more = strangers.length > 3 ? ` and ${strangers.length - 3} more` : '';
  process.stderr.write(`${folder}: no true mask has the name of ${some}${more}; not scored.\n`);
}

function summary({ cases }: FolderScore): string {
  const count = (status: string) => cases.filter((one) => one.status === status).length;
  const parts = [`${count('scored')} scored`];
  if (count('rejected') > 0) parts.push(`${count('rejected')} rejected`);
  if (count('failed') > 0) parts.push(`${count('failed')} without a prediction`);
  return `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}: ${parts.join(', ')}`;
}

async function report(result: FolderScore, json: string | undefined): Promise<void> {
  if (json !== '-') process.stdout.write(scoreTables(result));
  if (json !== undefined) await writeJson(json, result);
}
