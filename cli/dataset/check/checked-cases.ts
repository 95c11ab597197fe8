import type { CaseFinding, Dataset } from '#cli/dataset/case.ts';
import { findDuplicates } from '#cli/dataset/duplicates/duplicates.ts';
import { UNKNOWN_METADATA } from '#cli/dataset/files/metadata.ts';
import type { CheckedCase } from './check-case.ts';
import { type Finding, isError } from './findings.ts';

export interface CheckedDataset {
  dataset: Dataset;
  /** In the order of their names, with the cases that were refused before their files were opened. */
  cases: CheckedCase[];
}

/**
 * Puts the checked cases in order, with those that were refused before their files were opened, and compares them with
 * each other. Throws the signal's reason.
 */
export async function collectCases(
  dataset: Dataset,
  checked: readonly CheckedCase[],
  signal: AbortSignal | undefined,
): Promise<CheckedDataset> {
  const refused = [...dataset.refused].map(([name, findings]) => refusedCase(name, findings));
  const cases = [...checked, ...refused].sort((a, b) => (a.source.name < b.source.name ? -1 : 1));
  await findDuplicates(cases, signal);
  return { dataset, cases };
}

function refusedCase(name: string, findings: readonly CaseFinding[]): CheckedCase {
  return {
    source: { name, inputs: {}, truths: {}, values: {}, metadata: UNKNOWN_METADATA, strata: {} },
    findings: findings.map((finding): Finding => ({ code: 'incomplete', ...finding })),
    inputs: [],
    truths: [],
    headerTexts: [],
    sealed: [],
    scoredFacts: null,
  };
}

export function isAccepted({ findings }: CheckedCase): boolean {
  return !findings.some(isError);
}

/** "sub-a: scan and mask are 0.5 mm apart …" for each error. */
export function errorLines(cases: readonly CheckedCase[]): string[] {
  return cases.flatMap(({ source, findings }) =>
    findings.filter(isError).map(({ message }) => `${source.name}: ${message}`),
  );
}
