import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMetricName, METRIC_NAMES, METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
import type { Triple } from '#runner/imaging/volume.ts';
import { mapFile, picture, scoreMasks } from '#test/support/scoring/masks.ts';

/** docs/participants/scoring.md says what the code does: its table is the registry, its examples are run. */
const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/participants/scoring.md'), 'utf8');

function registryTable(): string {
  const rows = METRIC_NAMES.map((name) => {
    const { formula, unit, better, version, emptyMasks, hasConnectivity } = METRICS[name];
    const cells = [
      `\`${name}\``,
      formula,
      `${unit}, ${better}`,
      hasConnectivity ? 'yes' : '',
      emptyMasks.both,
      emptyMasks.one,
      `${version}`,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '| name | definition | unit, better | connectivity | both empty | one empty | version |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

test('the table of metrics is the registry', () => {
  expect(PAGE).toContain(registryTable());
});

interface Example {
  title: string;
  truth: ReturnType<typeof picture>;
  prediction: ReturnType<typeof picture>;
  spacing: Triple;
  connectivity: 6 | 18 | 26;
  map: number[] | null;
  expected: [MetricName, number][];
}

/** An example is a fenced block: `key: value` lines, then `metric = … = value` lines. */
function parseExample(title: string, text: string): Example {
  const keys = new Map<string, string>();
  const expected: Example['expected'] = [];
  for (const line of text.trim().split('\n')) {
    const key = /^(\w+): +(.*)$/.exec(line);
    if (key) {
      keys.set(key[1]!, key[2]!);
      continue;
    }
    const name = line.split('=')[0]!.trim();
    const value = Number(line.split('=').at(-1)!.trim().split(' ')[0]);
    if (!isMetricName(name) || !Number.isFinite(value)) throw new Error(`No example line: ${line}`);
    expected.push([name, value]);
  }
  const mask = (key: string) => picture(...keys.get(key)!.split(' / '));
  const numbers = (key: string) => keys.get(key)?.split(' ').map(Number);
  return {
    title,
    truth: mask('truth'),
    prediction: mask('prediction'),
    spacing: (numbers('spacing') ?? [1, 1, 1]) as unknown as Triple,
    connectivity: (numbers('connectivity')?.[0] ?? 6) as 6 | 18 | 26,
    map: numbers('map') ?? null,
    expected,
  };
}

const EXAMPLES = [...PAGE.matchAll(/\*\*([^*]+)\*\*\n+```\n(truth:[\s\S]*?)```/g)].map((match) =>
  parseExample(match[1]!, match[2]!),
);

describe('the worked examples come out as they say', () => {
  test('all metrics have one', () => {
    const shown = new Set(EXAMPLES.flatMap(({ expected }) => expected.map(([name]) => name)));
    expect(METRIC_NAMES.filter((name) => !shown.has(name))).toEqual([]);
  });

  test.each(EXAMPLES)('$title', ({ truth, prediction, spacing, connectivity, map, expected }) => {
    const probabilityMap = map === null ? undefined : mapFile(truth, map);
    const scored = scoreMasks(truth, prediction, {
      spacing,
      connectivity,
      ...(probabilityMap === undefined ? {} : { probabilityMap }),
    });
    // Examples print at most six decimals.
    for (const [name, value] of expected) expect(scored[name], name).toBeCloseTo(value, 5);
  });
});
