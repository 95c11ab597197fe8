import { parseArgs } from 'node:util';
import { onlyArgument, runAction } from '#cli/arguments.ts';
import type { Command } from '#cli/command.ts';
import { interruptible } from '#cli/interrupt.ts';
import { startProgress } from '#cli/progress.ts';
import { readTaskRules } from '#cli/task/read-task-rules.ts';
import { onGrid, sealPlan } from '#cli/task/seal-plan.ts';
import { writeJson } from '#cli/write-json.ts';
import { withSource } from './archive/source.ts';
import { checkDataset } from './check/check-dataset.ts';
import { readDataset } from './dataset.ts';
import { DATASET_HELP, DATASET_OPTIONS, readOptions } from './dataset-options.ts';
import { PUBLISH_HELP, publish } from './publish/publish.ts';
import { datasetReport } from './report/report.ts';
import { reportText } from './report/report-text.ts';

const HELP = `
heldout dataset: check the cases that you have on disk, and release them

Usage:
  heldout dataset check FOLDER [options]
  heldout dataset publish FOLDER --as CHALLENGE/NAME@VERSION --variant NAME [options]

check reads FOLDER as "heldout testset seal" does, and reports: the layout, each case with its files, grid, voxel size,
axes and truth, and what is wrong or odd. Writes nothing but the report. Errors refuse their case (a missing pair, a
mask on another grid, an unreadable file, an identical scan); oddities are listed and accepted (an empty mask, a
nearly identical scan, other values than 0 and 1, a header that was made canonical).

FOLDER can also be a table (.csv or .tsv with the columns case, input:SLUG, truth:SLUG, stratum:NAME, CENTER,
CHRONICITY, DAYS_POST_STROKE), or an archive (.tar, .tar.gz, or one that openssl encrypted, as INDI distributes
ATLAS), which is unpacked to a temporary folder that is removed at the end. TMPDIR says where.

Cases may have no truth at all in a task that is scored by a container: its truth is in an archive of its own.

  --task FILE      also check that each case has what this task needs (JSON)
  --phase C/P      take the task from this phase of a site instead (--site)
${DATASET_HELP}
  --json FILE      also write the whole report as JSON; "-" prints it, and the text goes to stderr

${PUBLISH_HELP}

Exit code: 0 if every case can be used (and was sent), 1 if not, 2 if the arguments are invalid, 130 if interrupted.
`;

const NO_TRUTH = 'no truth: only a task that is scored by a container can do without';

const ACTIONS = new Map(
  Object.entries({ check, publish }).map(([name, action]) => [
    name,
    (args: string[]) => interruptible((signal) => action(args, signal)),
  ]),
);

export const datasetCommand: Command = {
  name: 'dataset',
  summary: 'check the cases that you have on disk, and release them as training data',
  help: HELP,
  run: async (args) => runAction(ACTIONS, args),
};

async function check(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...DATASET_OPTIONS,
      task: { type: 'string' },
      phase: { type: 'string' },
      site: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const source = onlyArgument(positionals, 'folder, table or archive');
  const rules = await readTaskRules(values);
  const progress = startProgress();
  return await withSource(source, { keyFile: values['key-file'], progress, signal }, async (root) => {
    const read = await readDataset(root, readOptions(values));
    const plan = rules && sealPlan(rules.task, read);
    const notes = plan || read.truthSlugs.length > 0 ? read.notes : [...read.notes, NO_TRUTH];
    const dataset = { ...(plan ? onGrid(read, plan) : read), notes };
    const checked = await checkDataset(dataset, {
      allowsShear: values['allow-shear'],
      requiresTruth: (plan?.truths ?? read.truthSlugs).length > 0,
      plan,
      sealing: null,
      signal,
      onProgress: (done, total) => progress.update(`${done} of ${total} cases checked`),
    });
    progress.done(`${checked.cases.length} cases checked`);
    const report = datasetReport(checked);
    (values.json === '-' ? process.stderr : process.stdout).write(reportText(report));
    if (values.json !== undefined) await writeJson(values.json, report);
    return report.summary.refused === 0 ? 0 : 1;
  });
}
