import { describeLimit, judge, type LimitName, type Verdict } from './limits.ts';

/** What was measured of a page or a route; null where a limit doesn't apply to it. */
export interface RowResult {
  name: string;
  p50Ms: number;
  p95Ms: number;
  /** The same while each reader asks at a moment of their own, which no limit judges. */
  spread: { p50Ms: number; p95Ms: number } | null;
  /** Processor time of the site for each request of these readers. Other load on the machine affects it the least. */
  cpuMs: number | null;
  /** The site’s peak memory from its start to the end of this row. */
  memoryBytes: number | null;
  perSecond: number | null;
  htmlBytes: number | null;
  /** Responses other than 2xx, broken connections and timeouts. */
  failed: number;
  /** What the first of them was. */
  failure: string | null;
}

/** What was measured of the site as a whole. */
export interface SiteResult {
  memoryBytes: number | null;
  newScoreMs: number | null;
}

export interface Report {
  text: string;
  /** One sentence each: which limit was missed, and by which value. */
  missed: string[];
}

const COLUMNS = ['p50Ms', 'p95Ms', 'perSecond', 'htmlBytes'] as const satisfies readonly LimitName[];
const TITLES: Readonly<Record<LimitName, string>> = {
  p50Ms: 'p50',
  p95Ms: 'p95',
  perSecond: 'saturated',
  htmlBytes: 'HTML',
  memoryBytes: 'memory of the site, at its peak',
  newScoreMs: 'a new score on the leaderboard',
};
const GAP = '   ';

/** A table of what was reached beside each limit. */
export function report(rows: readonly RowResult[], site: SiteResult): Report {
  const missed: string[] = [];
  const note = (name: string, limit: LimitName, verdict: Verdict): string => {
    if (!verdict.missed) return verdict.text;
    missed.push(`${name}: ${TITLES[limit]} ${verdict.text}, limit ${describeLimit(limit)}.`);
    return `✗ ${verdict.text}`;
  };
  const body = rows.map((row) => {
    const cells = COLUMNS.map((limit) => note(row.name, limit, judge(limit, row[limit])));
    if (row.failed > 0) missed.push(`${row.name}: ${row.failed} requests failed (${row.failure}).`);
    return [
      row.name,
      ...cells,
      spreadText(row),
      cpuText(row),
      memoryText(row),
      row.failed > 0 ? `✗ ${row.failed}` : '0',
    ];
  });
  const heads = COLUMNS.map((limit) => `${TITLES[limit]} ${describeLimit(limit)}`);
  const whole = (['memoryBytes', 'newScoreMs'] as const)
    .filter((limit) => site[limit] !== null)
    .map((limit) => [TITLES[limit], describeLimit(limit), note('site', limit, judge(limit, site[limit]))]);
  const tables = [
    ...(rows.length > 0
      ? [table([['', ...heads, 'spread p50, p95', 'CPU', 'memory so far', 'failed'], ...body])]
      : []),
    table(whole),
  ];
  return { text: tables.filter((text) => text !== '').join('\n\n'), missed };
}

function spreadText({ spread }: RowResult): string {
  return spread ? `${Math.ceil(spread.p50Ms)}, ${Math.ceil(spread.p95Ms)} ms` : '–';
}

function cpuText({ cpuMs }: RowResult): string {
  return cpuMs === null ? '–' : `${cpuMs.toFixed(1)} ms`;
}

function memoryText({ memoryBytes }: RowResult): string {
  return memoryBytes === null ? '–' : `${Math.ceil(memoryBytes / 1e6)} MB`;
}

/** Columns as wide as their widest cell, the first one left-aligned. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join(GAP),
    )
    .join('\n');
}
