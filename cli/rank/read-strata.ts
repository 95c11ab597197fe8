import { z } from 'zod';
import { CommandError } from '#cli/command.ts';
import { readText } from '#cli/read-text.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { readCsv } from './csv.ts';
import { parseJson } from './rank-input.ts';

/** Cases that are reported on their own. */
export interface Stratum {
  /** Such as "1–10 ml". */
  name: string;
  /** What the cases are divided by, such as "lesion volume". */
  of: string;
  cases: string[];
}

const strataSchema = z.array(
  z.object({ name: z.string().min(1), of: z.string().default(''), cases: z.array(z.string()).min(1) }),
);

/**
 * Reads the file of `--strata`: a CSV table with a column `case` and a column for each division, or a JSON list of
 * `{"name", "of", "cases"}`. Throws CommandError that names the problem.
 *
 * @param cases the declared ones.
 */
export async function readStrata(file: string, cases: readonly string[]): Promise<Stratum[]> {
  const text = await readText(file);
  const strata = /^\s*[[{]/.test(text) ? fromJson(file, text) : fromTable(file, text);
  const known = new Set(cases);
  for (const { name, of, cases: own } of strata) {
    const unknown = own.find((one) => !known.has(one));
    const twice = own.find((one, at) => own.indexOf(one) !== at);
    const where = `${file}, stratum "${name}"${of === '' ? '' : ` of ${of}`}`;
    if (unknown !== undefined) {
      throw new CommandError(`${where}: the case "${unknown}" isn't declared in the file of --metrics.`);
    }
    if (twice !== undefined) throw new CommandError(`${where} has the case "${twice}" twice.`);
  }
  return strata;
}

function fromJson(file: string, text: string): Stratum[] {
  const parsed = parseOrDescribe(strataSchema, parseJson(file, text));
  if (parsed.success) return parsed.data;
  throw new CommandError(`${file} is invalid:\n  ${formatProblems(parsed.problems).join('\n  ')}`);
}

/** Strata in the order in which their first cases stand; a blank cell belongs to none. */
function fromTable(file: string, text: string): Stratum[] {
  let divisions: string[] = [];
  const strata = new Map<string, Stratum>();
  const accept = (columns: readonly string[]) => {
    divisions = columns.filter((column) => column !== 'case');
    if (divisions.length === columns.length - 1 && new Set(columns).size === columns.length) {
      return ['case', ...divisions];
    }
    throw new CommandError(`${file}: the first line must name the column "case" and others, each once.`);
  };
  readCsv(file, text, accept, ([name, ...cells]) => {
    for (const [at, cell] of cells.entries()) {
      if (cell === '') continue;
      const key = JSON.stringify([at, cell]);
      const stratum = strata.get(key) ?? { name: cell, of: divisions[at]!, cases: [] };
      stratum.cases.push(name!);
      strata.set(key, stratum);
    }
  });
  return [...strata.values()].sort((a, b) => divisions.indexOf(a.of) - divisions.indexOf(b.of));
}
