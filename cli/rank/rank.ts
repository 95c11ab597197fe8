import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { type Command, UsageError } from '#cli/command.ts';
import { startProgress } from '#cli/progress.ts';
import { writeParts } from '#cli/write-json.ts';
import type { AnalysisProgress } from '#lib/domain/ranking/analysis.ts';
import { RANKING_VARIANTS, type RankingVariant } from '#lib/domain/ranking/methods/variants.ts';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import { analyzeScores } from './analyze.ts';
import { readRankInput } from './rank-input.ts';
import { type Ranked, rankJson } from './rank-json.ts';
import { rankText } from './rank-text.ts';
import { readScores } from './read-scores.ts';
import { readStrata } from './read-strata.ts';

const MAX_REPLICATES = 100_000;
const MAX_SEED = 2 ** 32 - 1;

const HELP = `
heldout rank: rank submissions by their scores, and say how sure the ranking is

Usage:
  heldout rank SCORES.csv --metrics FILE --method METHOD [--bootstrap N] [--seed N] [--strata FILE] --json FILE

SCORES.csv has the columns submission,case,metric,value, with rows in any order. An empty value is a prediction without
a value or a failure, and a missing row a failed case: both take the metric's worst value and rank last.
docs/organizers/rank-scores.md explains the files and every field of the result. Needs no site.

  --metrics    JSON: {"submissions": [names, the earliest first], "cases": [names], "metrics": [{"name",
               "better": "higher" or "lower", "weight", "worst", "dropped": [cases left out for everyone]}]}.
               A weight of 0 means: shown, not ranked
  --method     aggregate-then-rank:mean, aggregate-then-rank:median, rank-then-aggregate or test-based
  --bootstrap  replicates (default: ${REPLICATES}). test-based draws none
  --seed       a whole number; the same seed gives the same result (default: 1)
  --strata     summaries for parts of the cases: a CSV table with a column "case" and one for each division, or a
               JSON list of {"name", "of", "cases": [names]}
  --json       write the result to FILE; "-" prints it instead of the table

Exit code: 0 if the submissions were ranked, 1 if a file can't be used (nothing is written then), 2 if the arguments are
invalid.
`;

export const rankCommand: Command = {
  name: 'rank',
  summary: 'rank submissions by their scores, and say how sure the ranking is',
  help: HELP,
  run: rank,
};

async function rank(args: string[]): Promise<number> {
  const options = parseOptions(args);
  const { method, seed, replicates, json } = options;
  const input = await readRankInput(options.metrics);
  const strata = options.strata === undefined ? [] : await readStrata(options.strata, input.cases);
  const scores = await readScores(options.scores, input);
  const progress = startProgress();
  const onProgress = (at: AnalysisProgress) => progress.update(progressText(at));
  const analysis = analyzeScores(input, scores, { method, seed, replicates, onProgress });
  progress.done(
    `${input.submissions.length} submissions ranked on ${input.cases.length} cases by ${input.metrics.length} metrics`,
  );
  const ranked: Ranked = { input, scores, strata, analysis, method, seed };
  if (json !== '-') process.stdout.write(rankText(ranked));
  if (json !== undefined) await writeParts(json, rankJson(ranked));
  return 0;
}

function progressText({ step, done, total }: AnalysisProgress): string {
  const percent = Math.floor((100 * done) / total);
  return step === 'tests' ? `pairs compared: ${percent}%` : `${done} of ${total} replicates ranked`;
}

function parseOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      metrics: { type: 'string' },
      method: { type: 'string' },
      bootstrap: { type: 'string', default: String(REPLICATES) },
      seed: { type: 'string', default: '1' },
      strata: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { metrics, method, strata, json } = values;
  if (metrics === undefined) throw new UsageError('--metrics FILE is missing.');
  if (method === undefined || !isMethod(method)) {
    const given = method === undefined ? 'missing' : `"${method}"`;
    throw new UsageError(`--method must be ${Object.keys(RANKING_VARIANTS).join(', ')}; it is ${given}.`);
  }
  return {
    scores: onlyArgument(positionals, 'file of scores'),
    ...{ metrics, method, strata, json },
    replicates: wholeNumber('bootstrap', values.bootstrap, 1, MAX_REPLICATES),
    seed: wholeNumber('seed', values.seed, 0, MAX_SEED),
  };
}

function isMethod(name: string): name is RankingVariant {
  return Object.hasOwn(RANKING_VARIANTS, name);
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${option} must be a whole number from ${min} to ${max}, not "${text}".`);
}
