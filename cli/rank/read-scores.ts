import { CommandError } from '#cli/command.ts';
import { readText } from '#cli/read-text.ts';
import { readCsv } from './csv.ts';
import type { RankInput } from './rank-input.ts';

const COLUMNS = ['submission', 'case', 'metric', 'value'] as const;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Values of submissions on cases; NaN where a submission failed or has no value. That of submission s and case c for metric m
 * is at [m][s · cases + c].
 */
export type Scores = Float64Array[];

/**
 * Reads `submission,case,metric,value`, with rows and columns in any order. Throws CommandError that names the line, for
 * names that aren't declared, a row that stands twice, and values that aren't finite numbers.
 */
export async function readScores(file: string, input: RankInput): Promise<Scores> {
  const indexOf = {
    submission: indexByName(input.submissions),
    case: indexByName(input.cases),
    metric: indexByName(input.metrics.map(({ name }) => name)),
  };
  const size = input.submissions.length * input.cases.length;
  const scores = input.metrics.map(() => new Float64Array(size).fill(Number.NaN));
  /** The line of each row, to name both lines of a duplicate. */
  const lines = input.metrics.map(() => new Uint32Array(size));
  readCsv(file, await readText(file), acceptColumns(file), ([submission, name, metric, value], line) => {
    const find = (what: keyof typeof indexOf, given: string) => {
      const index = indexOf[what].get(given);
      if (index !== undefined) return index;
      throw new CommandError(
        `${file}, line ${line}: the ${what} "${given}" isn't declared in the file of --metrics. Declare it there, or remove the row.`,
      );
    };
    const cell = find('submission', submission!) * input.cases.length + find('case', name!);
    const m = find('metric', metric!);
    const before = lines[m]![cell]!;
    if (before !== 0) {
      throw new CommandError(
        `${file}, line ${line}: the value of "${submission}" on case "${name}" for "${metric}" stands on line ${before} already. Remove one of the two.`,
      );
    }
    lines[m]![cell] = line;
    scores[m]![cell] = parseValue(value!, `${file}, line ${line}`);
  });
  return scores;
}

function parseValue(text: string, place: string): number {
  if (text === '') return Number.NaN;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new CommandError(
    `${place}: the value "${text}" isn't a finite number. Write a number such as 0.85, or nothing where there is no value.`,
  );
}

function acceptColumns(file: string) {
  return (columns: readonly string[]) => {
    if (columns.toSorted().join() === [...COLUMNS].sort().join()) return COLUMNS;
    throw new CommandError(
      `${file}: the first line must name the columns ${COLUMNS.join(',')}; it is "${columns.join(',')}".`,
    );
  };
}

function indexByName(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}
