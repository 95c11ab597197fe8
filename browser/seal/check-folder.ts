import type { Dataset } from '#cli/dataset/case.ts';
import { type CheckedCase, checkCase } from '#cli/dataset/check/check-case.ts';
import { type CheckedDataset, collectCases } from '#cli/dataset/check/checked-cases.ts';
import { FINDINGS } from '#cli/dataset/check/findings.ts';
import type { SealPlan } from '#cli/dataset/check/sealed-parts.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { datasetReport } from '#cli/dataset/report/report.ts';
import { reportText } from '#cli/dataset/report/report-text.ts';
import { onGrid, sealPlan } from '#cli/task/seal-plan.ts';
import { caseSealing } from '#cli/testset/case-sealing.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import type { SealingReport } from '#lib/domain/test-sets/browser-sealing.ts';
import type { LocalStore } from './local-store.ts';
import { keepCase, readCase } from './sealing-work.ts';

/** What is checked and sealed: the cases of the chosen folder, with what the task needs of them. */
export interface PlannedFolder {
  dataset: Dataset;
  plan: SealPlan;
  allowsShear: boolean;
}

export interface CaseRun {
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/** Finds the cases without opening an image. Throws CommandError. */
export async function planFolder(root: string, task: Task, allowsShear: boolean): Promise<PlannedFolder> {
  const read = await readDataset(root);
  const plan = sealPlan(task, read);
  return { dataset: onGrid(read, plan), plan, allowsShear };
}

/** Checks every case, as `heldout dataset check` does. */
export async function checkFolder(planned: PlannedFolder, run: CaseRun): Promise<CheckedDataset> {
  return await eachCase(planned, run, (source) =>
    checkCase({ source, ...requestOf(planned), sealing: null }, () => undefined),
  );
}

/** Checks and seals every case, one at a time, so that memory doesn't grow with their number. */
export async function sealFolder(
  planned: PlannedFolder,
  { store, recipient, ...run }: CaseRun & { store: LocalStore; recipient: string },
): Promise<CheckedDataset> {
  return await eachCase(planned, run, async (source, index) => {
    const kept = await readCase(store, index, source);
    if (kept) return kept;
    const sealing = await caseSealing({ recipient, folder: '' }, index);
    const written: { path: string; sealed: Uint8Array }[] = [];
    const checked = await checkCase({ source, ...requestOf(planned), sealing }, (path, sealed) => {
      // A copy (slice() of a Buffer is none): the bytes are freed before this file system can take them.
      written.push({ path, sealed: Uint8Array.from(sealed) });
    });
    for (const { path, sealed } of written) await store.writeBytes(path, sealed);
    await keepCase(store, index, checked);
    return checked;
  });
}

function requestOf({ plan, allowsShear }: PlannedFolder) {
  return { plan, options: { allowsShear, requiresTruth: plan.truths.length > 0 } };
}

async function eachCase(
  { dataset }: PlannedFolder,
  { signal, onProgress }: CaseRun,
  one: (source: Dataset['cases'][number], index: number) => Promise<CheckedCase>,
): Promise<CheckedDataset> {
  const checked: CheckedCase[] = [];
  onProgress(0, dataset.cases.length);
  for (const [index, source] of dataset.cases.entries()) {
    checked.push(await one(source, index));
    onProgress(checked.length, dataset.cases.length);
    // Lets a message arrive that ends the work.
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
  }
  return await collectCases(dataset, checked, signal);
}

export function sealingReport(checked: CheckedDataset, bytes: number): SealingReport {
  const report = datasetReport(checked);
  const { layout, notes, summary, source } = report;
  const groups = Object.entries(FINDINGS).flatMap(([code, { title, severity }]) => {
    const found = checked.cases.flatMap((one) =>
      one.findings
        .filter((finding) => finding.code === code)
        .map(({ message }) => ({ case: one.source.name, message })),
    );
    return found.length === 0 ? [] : [{ code, title, isError: severity === 'error', found }];
  });
  return {
    folder: source,
    layout,
    notes,
    cases: summary.cases,
    accepted: summary.accepted,
    bytes,
    groups,
    text: reportText(report),
    json: `${JSON.stringify(report, null, 2)}\n`,
  };
}
