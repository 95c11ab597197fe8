import { z } from 'zod';
import { CommandError } from '#cli/command.ts';
import { readText } from '#cli/read-text.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';

const METRIC_FIELDS = {
  name: z.string().min(1),
  better: z.enum(['higher', 'lower']),
  weight: z.number().min(0),
  worst: z.number(),
  /** Cases that are left out of this metric for everyone. */
  dropped: z.array(z.string()).default([]),
};
const RANK_INPUT_FIELDS = {
  submissions: names('submission'),
  cases: names('case'),
  metrics: z.array(z.object(METRIC_FIELDS)).min(1),
};

/** What is ranked, in the file of `--metrics`. Submissions are listed from the earliest on. */
const rankInputSchema = z.object(RANK_INPUT_FIELDS).check(({ value, issues }) => {
  const problem = problemOf(value);
  if (problem) issues.push({ code: 'custom', input: value, ...problem });
});
export type RankInput = z.output<typeof rankInputSchema>;

/** Each name is declared once. */
function names(what: string) {
  return z
    .array(z.string().min(1))
    .min(1)
    .check(({ value, issues }) => {
      const twice = value.findIndex((name, at) => value.indexOf(name) !== at);
      if (twice === -1) return;
      const message = `declares the ${what} "${value[twice]}" twice.`;
      issues.push({ code: 'custom', input: value, message });
    });
}

function problemOf({ cases, metrics }: z.output<z.ZodObject<typeof RANK_INPUT_FIELDS>>) {
  const metricNames = metrics.map(({ name }) => name);
  const twice = metricNames.findIndex((name, at) => metricNames.indexOf(name) !== at);
  if (twice !== -1) {
    return {
      path: ['metrics', twice, 'name'],
      message: `declares the metric "${metricNames[twice]}" twice.`,
    };
  }
  if (metrics.every(({ weight }) => weight === 0)) {
    return { path: ['metrics'], message: 'all weights are 0. Give at least one metric a weight above 0.' };
  }
  const known = new Set(cases);
  for (const [at, { dropped }] of metrics.entries()) {
    const unknown = dropped.find((name) => !known.has(name));
    if (unknown !== undefined) {
      return { path: ['metrics', at, 'dropped'], message: `the case "${unknown}" isn't declared in cases.` };
    }
  }
  return null;
}

/** Reads the file of `--metrics`. Throws CommandError that names the file and each problem. */
export async function readRankInput(file: string): Promise<RankInput> {
  const json = parseJson(file, await readText(file));
  const parsed = parseOrDescribe(rankInputSchema, json);
  if (!parsed.success) {
    throw new CommandError(`${file} is invalid:\n  ${formatProblems(parsed.problems).join('\n  ')}`);
  }
  warnOfUnknownFields(file, json as { metrics: object[] });
  return parsed.data;
}

/** A field that isn't known may be a misspelled one. */
function warnOfUnknownFields(file: string, json: { metrics: object[] }): void {
  const unknown = new Set([
    ...Object.keys(json).filter((key) => !Object.hasOwn(RANK_INPUT_FIELDS, key)),
    ...json.metrics.flatMap(Object.keys).filter((key) => !Object.hasOwn(METRIC_FIELDS, key)),
  ]);
  if (unknown.size > 0) process.stderr.write(`${file}: ignored the fields ${[...unknown].join(', ')}.\n`);
}

export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${file} isn't valid JSON: ${(error as Error).message}`);
  }
}
