import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { startProgress } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import { MISSING_GEOMETRY_OPTION as GEOMETRY } from '#lib/domain/phases/settings.ts';
import type { Connectivity } from '#runner/scoring/geometry/components.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import { type FolderScore, listMasks, type MaskFiles, scoreFolder } from './score-folder.ts';
import { scoreTables } from './score-table.ts';

const HELP = `
heldout score: score a folder of masks against a folder of true masks

Usage:
  heldout score --truth FOLDER --prediction FOLDER [--maps FOLDER] [--threads N]
                [--connectivity 6|18|26] [--${GEOMETRY.flag}] [--json FILE]

Every .nii, .nii.gz and .mha file in the truth folder is a case. Its prediction is the file in the prediction folder
with the same name, apart from the extension. A case without a prediction fails, and a prediction that isn't a mask
on the truth's grid is rejected: both count as the worst value in the aggregates (0 for fractions; the largest true
volume, lesion count or grid diagonal in the folder for the others). The metrics are those of
docs/participants/scoring.md, computed by the platform's own code. Needs no site.

  --truth         folder of true masks
  --prediction    folder of predicted masks
  --maps          folder of probability maps, for pr_auc. A case without a map scores 0; a map that isn't on the
                  truth's grid rejects its case. Without this option, pr_auc has no value
  --threads       cases scored at the same time (default: all cores)
  --connectivity  voxels of one lesion share a face (6, the default), an edge (18) or a corner (26)
  --${GEOMETRY.flag}
                  ${GEOMETRY.help} (spacing 1, origin 0, no rotation), as
                  phases with acceptsMissingGeometry do
  --json          write cases and aggregates to FILE; "-" prints them instead of the tables

Exit code: 0 if every case was processed (whether or not it got a score), 1 if a true mask or a folder can't be
used, 2 if the arguments are invalid.
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
  if (truth.size === 0) throw new CommandError(`${options.truth} contains no .nii, .nii.gz or .mha file.`);
  const prediction = await listMasks(options.prediction);
  const maps = options.maps === undefined ? null : await listMasks(options.maps);
  warnOfUnmatched(truth, prediction, options.prediction);
  if (maps && options.maps !== undefined) warnOfUnmatched(truth, maps, options.maps);
  const threads = Math.min(options.threads, truth.size);
  const pool = new ScoringPool({ threads });
  const progress = startProgress();
  try {
    const result = await scoreFolder({
      truth,
      prediction,
      maps,
      connectivity: options.connectivity,
      acceptsMissingGeometry: options.acceptsMissingGeometry,
      pool,
      // One more than the threads, so that the next files are read while all threads work.
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
      [GEOMETRY.flag]: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const { truth, prediction, maps, json } = values;
  if (truth === undefined) throw new UsageError('--truth FOLDER is missing.');
  if (prediction === undefined) throw new UsageError('--prediction FOLDER is missing.');
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new UsageError(`--threads must be a whole number from 1 to 1024, not "${values.threads}".`);
  }
  if (!['6', '18', '26'].includes(values.connectivity)) {
    throw new UsageError(`--connectivity must be 6, 18 or 26, not "${values.connectivity}".`);
  }
  return {
    truth,
    prediction,
    maps,
    json,
    threads,
    connectivity: Number(values.connectivity) as Connectivity,
    acceptsMissingGeometry: values[GEOMETRY.flag] === true,
  };
}

/** Warns of files that belong to no case, because a misspelled name looks like a missing mask. */
function warnOfUnmatched(truth: MaskFiles, prediction: MaskFiles, folder: string): void {
  const unmatched = [...prediction.keys()].filter((name) => !truth.has(name));
  if (unmatched.length === 0) return;
  const some = unmatched.slice(0, 3).join(', ');
  const more = unmatched.length > 3 ? ` and ${unmatched.length - 3} more` : '';
  process.stderr.write(`${folder}: no true mask is named ${some}${more}; not scored.\n`);
}

function summary({ cases }: FolderScore): string {
  const count = (status: string) => cases.filter((entry) => entry.status === status).length;
  const parts = [`${count('scored')} scored`];
  if (count('rejected') > 0) parts.push(`${count('rejected')} rejected`);
  if (count('failed') > 0) parts.push(`${count('failed')} without a prediction`);
  return `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}: ${parts.join(', ')}`;
}

async function report(result: FolderScore, json: string | undefined): Promise<void> {
  if (json !== '-') process.stdout.write(scoreTables(result));
  if (json !== undefined) await writeJson(json, result);
}
