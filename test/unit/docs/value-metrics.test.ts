import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VALUE_METRIC_NAMES, VALUE_METRICS } from '#lib/domain/metrics/values/value-metrics.ts';

/** docs/participants/scores-of-values.md is written from the registry. */
const PAGE = readFileSync(
  join(import.meta.dirname, '../../../docs/participants/scores-of-values.md'),
  'utf8',
);

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

test('the tables of metrics and of examples are the registry', () => {
  const metrics = VALUE_METRIC_NAMES.map((name) => {
    const { label, over, as, formula, unit, better, failed, undefinedWhere } = VALUE_METRICS[name];
    const cells = [
      `\`${name}\``,
      label,
      over,
      as,
      formula,
      `${unit}, ${better}`,
      failed,
      undefinedWhere ?? 'never',
    ];
    return row(cells);
  });
  expect(PAGE).toContain(
    [
      row([
        'name',
        'label',
        'over',
        'values',
        'definition',
        'unit, better',
        'a failed case',
        'undefined where',
      ]),
      row(Array(8).fill('---')),
      ...metrics,
    ].join('\n'),
  );
  const examples = VALUE_METRIC_NAMES.map((name) => {
    const { truth, prediction, arithmetic, value } = VALUE_METRICS[name].example;
    return row([`\`${name}\``, truth.join(', '), prediction.join(', '), `${arithmetic} = ${value}`]);
  });
  expect(PAGE).toContain(
    [row(['name', 'truth', 'prediction', 'value']), row(Array(4).fill('---')), ...examples].join('\n'),
  );
});
