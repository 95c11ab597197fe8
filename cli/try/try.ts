import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Command, CommandError } from '#cli/command.ts';
import type { Dataset } from '#cli/dataset/case.ts';
import { checkDataset } from '#cli/dataset/check/check-dataset.ts';
import { errorLines, isAccepted } from '#cli/dataset/check/checked-cases.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { interruptible } from '#cli/interrupt.ts';
import { startLiveLine } from '#cli/live-line.ts';
import { formatBytes } from '#cli/progress.ts';
import { requireInputs } from '#cli/task/fit-task.ts';
import { writeJson } from '#cli/write-json.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';
import { HostRequirementError } from './require-host.ts';
import { settingsHelp } from './setting-options.ts';
import { tryImage } from './try-image.ts';
import { readTryCall, type TryCall } from './try-options.ts';
import type { TryReport } from './try-report.ts';
import { caseText, removedText, scorerText, startText, verdictText } from './try-text.ts';

const HELP = `
heldout try: run an image on your own data in the platform's sandbox

Usage:
  heldout try IMAGE.tar[.gz] --data FOLDER [--phase CHALLENGE/PHASE] [options]

Checks the archive (docker save or OCI layout; plain, gzip or zstd) and runs it on every case of FOLDER with the
limits of a phase, without network access and as an unprivileged user. Reports what the platform would report:
status, code, time, peak memory, and scores if the folder has the truth; also shows the container's log. Uses the
runner's own code. Needs Linux, Docker and root (for folders in memory). Sends nothing anywhere and leaves nothing
behind; if a run is killed, the next one cleans up.

FOLDER has one of the layouts that "heldout dataset check" knows. For the task stroke-t1 that is BIDS:
sub-<id>/ses-<n>/anat/…_T1w.nii.gz (or .nii, .mha), optionally with …_label-L_desc-T1lesion_mask.nii.gz next to it,
and participants.tsv for site, chronicity and days after stroke. sub-<id>_T1w.nii.gz is enough.

  --phase C/P              use the task, contract, limits and other rules of this phase
  --site URL               the site of the phase (or HELDOUT_SITE; default http://127.0.0.1:3000)
  --task FILE              the task as JSON: inputs, outputs and scoring (without --phase: stroke-t1)
  --layout, --input, --truth
                           how FOLDER is read, as in "heldout dataset check"
  --model FILE             a model archive, mounted at /opt/ml/model
  --scorer FILE            for a task that is scored by a container: the archive of the scorer's image. It runs in the
                           same sandbox when all cases have ended, and its log is shown
  --ground-truth PATH      the truth for the scorer: a folder, or an archive (.tar, .tar.gz) as for "heldout testset
                           seal". Without it, the scorer finds none
  --json FILE              write the report as JSON; "-" prints it, and everything else goes to stderr

These options override the rules of the phase:
${settingsHelp()}

The report: {"verdict": "passed" | "failed", "image": {"id", "code", "message"}, "cases": [{"case", "status":
"scored" | "valid" (valid outputs, but no truth or scorer to score them with) | "rejected" | "failed", "code",
"message", "seconds", "peakMemoryBytes", "metrics"}], "scorer": {"seconds", "aggregates", "problem"} | null}. A scorer's
metrics of a case that failed are the worst values that the task declares.

Exit code: 0 if every case has valid outputs and the scorer, if any, has scored them, 1 if not or if a file can't be
used, 2 if the arguments are invalid, 3 if this machine can't run the containers, 130 if interrupted.
`;

export const tryCommand: Command = {
  name: 'try',
  summary: 'run an image on your own data in the platform’s sandbox',
  help: HELP,
  run,
};

async function run(args: string[]): Promise<number> {
  const call = await readTryCall(args);
  return interruptible((signal) => runCall(call, signal), { cleansUp: true });
}

async function runCall({ json, data, reading, ...call }: TryCall, signal: AbortSignal): Promise<number> {
  try {
    const files = [call.imageFile, call.modelFile, call.scorer?.imageFile ?? null];
    for (const file of files) if (file !== null) await requireFile(file);
    if (json !== undefined) await requireWritable(json);
    const report = await tryOn(
      await readDataset(data, reading),
      call,
      json === '-' ? process.stderr : process.stdout,
      signal,
    );
    if (json !== undefined) await writeJson(json, report);
    return report.verdict === 'passed' ? 0 : 1;
  } catch (error) {
    const isOfHost = error instanceof PlatformError || error instanceof HostRequirementError;
    if (signal.aborted || !isOfHost) throw error;
    process.stderr.write(`heldout try: this machine can't run the container. ${error.message}\n`);
    if (error instanceof PlatformError) {
      process.stderr.write(
        'Run the command as root (sudo) on a host with Docker. "heldout doctor" shows what is missing.\n',
      );
    }
    return 3;
  }
}

type Call = Omit<TryCall, 'data' | 'reading' | 'json'>;

async function tryOn(
  dataset: Dataset,
  call: Call,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<TryReport> {
  const live = startLiveLine();
  const write = (text: string) => live.above(() => out.write(text));
  const { cases } = dataset;
  let ended = 0;
  let working = 0;
  const showWorking = () => live.show(`${ended} of ${cases.length} cases done, ${working} running`);
  let lastLog = '';
  try {
    requireInputs(dataset, call.rules.task);
    await checkScans(dataset, signal, (done) => live.show(`Checking the cases, ${done} of ${cases.length}`));
    live.show(`Checking the image, ${formatBytes((await stat(call.imageFile)).size)}`);
    const report = await tryImage({
      ...call,
      cases,
      signal,
      onRemoved: (removed) => write(removedText(removed)),
      onImage(image) {
        write(startText(image, cases.length, call.rules));
        live.show('Starting');
      },
      onWorking(containers) {
        working = containers;
        showWorking();
      },
      onCase(tried, log) {
        ended += 1;
        // All cases of a batch share one log.
        const isRepeated = call.rules.contract === 'BATCH' && log === lastLog;
        write(
          caseText(tried, isRepeated ? '' : log, {
            place: `${ended} of ${cases.length}`,
            task: call.rules.task,
          }),
        );
        lastLog = log;
        showWorking();
      },
      onScoring: (count) => live.show(`Scoring ${count} of ${cases.length} cases`),
      onScored: (scored, log) => write(scorerText(scored, log, call.rules.task)),
    });
    write(verdictText(report, call.rules.task));
    return report;
  } finally {
    live.end();
  }
}

/** Checks every case, and its truth if it has one, before hours of work start. Throws CommandError. */
async function checkScans(
  dataset: Dataset,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<void> {
  const options = { allowsShear: true, requiresTruth: false, plan: null, sealing: null, signal };
  const { cases: checked } = await checkDataset(dataset, { ...options, onProgress });
  // A scan may be tried twice.
  const cases = checked.map((one) => ({
    ...one,
    findings: one.findings.filter(({ code }) => code !== 'duplicate'),
  }));
  const refused = cases.filter((one) => !isAccepted(one)).length;
  if (refused === 0) return;
  throw new CommandError(
    `${refused} of ${cases.length} cases can't be used; nothing was run. Fix them, or move them out of the folder.\n  ${errorLines(cases).join('\n  ')}`,
  );
}

async function requireFile(file: string): Promise<void> {
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      error.code === 'ENOENT'
        ? `The file ${file} doesn’t exist.`
        : `${file} can't be read (${error.message}).`,
    );
  });
  if (facts.isFile()) return;
  throw new CommandError(`${file} isn’t a file. Pass an archive created with "${SAVE_COMMAND}".`);
}

/** Fails before hours of work, not after. */
async function requireWritable(json: string): Promise<void> {
  if (json === '-') return;
  const folder = path.dirname(path.resolve(json));
  await access(folder, constants.W_OK).catch(() => {
    throw new CommandError(
      `The report can't be written to ${json}. Check that ${folder} exists and is writable.`,
    );
  });
}
