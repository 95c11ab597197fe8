import type { CaseTruth } from '#cli/dataset/case.ts';
import type { CheckedCase, CheckedInput } from '#cli/dataset/check/check-case.ts';
import { type CheckedDataset, isAccepted } from '#cli/dataset/check/checked-cases.ts';
import { isError } from '#cli/dataset/check/findings.ts';
import { type DatasetReport, REPORT_FORMAT } from './report-schema.ts';

export function datasetReport({ dataset, cases }: CheckedDataset): DatasetReport {
  const accepted = cases.filter(isAccepted).length;
  return {
    format: REPORT_FORMAT,
    source: dataset.root,
    layout: { name: dataset.layout, reason: dataset.reason },
    notes: [...dataset.notes],
    summary: {
      cases: cases.length,
      accepted,
      refused: cases.length - accepted,
      findings: counted(cases.flatMap(({ findings }) => [...new Set(findings.map(({ code }) => code))])),
      headerText: headerTextCounts(cases),
    },
    cases: cases.map(caseReport),
  };
}

function caseReport(checked: CheckedCase): DatasetReport['cases'][number] {
  const { source, findings, inputs, truths } = checked;
  return {
    name: source.name,
    accepted: isAccepted(checked),
    errors: findings.filter(isError),
    oddities: findings.filter((finding) => !isError(finding)),
    inputs: inputs.map((input) => inputReport(input, checked)),
    truths: truths.map(({ slug, files, on, labels, facts }) => ({
      slug,
      files: [...files],
      on,
      labels: [...labels],
      voxels: facts.voxels,
      ml: facts.volumeMl,
      components: { '6': facts.lesions[6], '18': facts.lesions[18], '26': facts.lesions[26] },
    })),
    values: source.values,
    truthValues: Object.fromEntries(
      Object.entries(source.truths).flatMap(([slug, truth]: [string, CaseTruth]) =>
        'value' in truth ? [[slug, truth.value]] : [],
      ),
    ),
    metadata: source.metadata,
    strata: source.strata,
  };
}

/** Without digest and signature, which only serve to compare. */
function inputReport(
  { digest: _, signature: __, shape, spacingMm, ...input }: CheckedInput,
  { headerTexts }: CheckedCase,
): DatasetReport['cases'][number]['inputs'][number] {
  return {
    ...input,
    shape: [...shape],
    spacingMm: [...spacingMm],
    headerText: headerTexts
      .filter(({ file }) => file === input.file)
      .map(({ field, bytes }) => ({ field, bytes })),
  };
}

/** For each field of a header, how many inputs have text in it. */
export function headerTextCounts(cases: readonly CheckedCase[]): Record<string, number> {
  return counted(cases.flatMap(({ headerTexts }) => headerTexts.map(({ field }) => field)));
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
