import { align } from '#cli/align.ts';
import { FINDINGS, type FindingCode } from '#cli/dataset/check/findings.ts';
import type { DatasetReport } from './report-schema.ts';

/** Lines of one kind of oddity that the text shows; the JSON report has all. */
const MAX_SHOWN = 10;

/** The report as text: the summary, what refuses cases, what is odd, and a table of the cases. */
export function reportText(report: DatasetReport): string {
  const parts = [summaryText(report), errorText(report), oddityText(report), tableText(report)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function summaryText({ source, layout, notes, summary, cases }: DatasetReport): string {
  const truths = cases.flatMap((one) => one.truths);
  const ml = truths.reduce((sum, truth) => sum + truth.ml, 0);
  return [
    source,
    `  layout ${layout.name}: ${layout.reason}`,
    `  ${summary.cases} cases: ${summary.accepted} can be used, ${summary.refused} refused`,
    ...(truths.length === 0 ? [] : [`  truth: ${truths.length} masks, ${inMl(ml)} ml in all`]),
    ...headerTextLines(summary.headerText),
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

/** A line that counts the text in headers, or none. */
export function headerTextLines(counts: Readonly<Record<string, number>>): string[] {
  const texts = Object.entries(counts).map(([field, count]) => `${field} ${count}`);
  if (texts.length === 0) return [];
  return [`  text in headers of inputs, removed from what containers see (files): ${texts.join(', ')}`];
}

function errorText({ cases }: DatasetReport): string {
  const lines = cases.flatMap(({ name, errors }) => errors.map(({ message }) => `  ${name}: ${message}`));
  return lines.length === 0 ? '' : ['Refused:', ...lines].join('\n');
}

function oddityText({ cases, summary }: DatasetReport): string {
  const parts = (Object.keys(FINDINGS) as FindingCode[]).flatMap((code) => {
    const lines = cases.flatMap(({ name, oddities }) =>
      oddities.filter((oddity) => oddity.code === code).map(({ message }) => `    ${name}: ${message}`),
    );
    if (lines.length === 0) return [];
    const more =
      lines.length > MAX_SHOWN ? [`    and ${lines.length - MAX_SHOWN} more; --json lists all`] : [];
    const title = `  ${FINDINGS[code].title} (${summary.findings[code]} cases):`;
    return [title, ...lines.slice(0, MAX_SHOWN), ...more];
  });
  return parts.length === 0 ? '' : ['Odd, and accepted:', ...parts].join('\n');
}

function tableText({ cases }: DatasetReport): string {
  const rows = cases.flatMap(({ name, accepted, inputs, truths }) =>
    inputs.map((input, at) => {
      const truth = truths.find(({ on }) => on === input.slug);
      return [
        at === 0 ? name : '',
        input.slug,
        input.shape.join('×'),
        input.spacingMm.map((size) => Number(size.toFixed(3))).join('×'),
        input.orientation,
        truth ? String(truth.voxels) : '',
        truth ? inMl(truth.ml) : '',
        truth ? String(truth.components['26']) : '',
        accepted || at > 0 ? '' : 'refused',
      ];
    }),
  );
  if (rows.length === 0) return '';
  const header = ['case', 'input', 'voxels', 'mm', 'axes', 'truth', 'ml', 'components', ''];
  return align([header, ...rows]);
}

function inMl(ml: number): string {
  return String(Number(ml.toPrecision(4)));
}
