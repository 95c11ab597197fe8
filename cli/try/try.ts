import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Command, CommandError } from '#cli/command.ts';
import { checkScans } from '#cli/dataset/check-pair.ts';
import { type DatasetCase, readDataset } from '#cli/dataset/dataset.ts';
import { startLiveLine } from '#cli/live-line.ts';
import { formatBytes } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { settingsHelp } from './setting-options.ts';
import { HostRequirementError, type TryReport, tryImage } from './try-image.ts';
import { readTryCall, type TryCall } from './try-options.ts';
import { caseText, removedText, startText, verdictText } from './try-text.ts';

const HELP = `
heldout try: run an image on your own scans, in the sandbox that the platform runs it in

Usage:
  heldout try IMAGE.tar[.gz] --data FOLDER [--phase CHALLENGE/PHASE] [options]

Checks the archive (docker save or OCI layout; plain, gzip or zstd), runs it on every scan of FOLDER with the
limits of a phase, without a network and as a plain user, and says what the platform would say: status, code,
time, peak memory, and scores where the folder holds a true mask. What the container prints is shown. It is the
runner's own code. It needs Linux, Docker and root (for the memory-backed folders); it sends nothing anywhere and
leaves nothing here, and what a run that was killed left, the next one removes.

FOLDER is BIDS: sub-<id>/ses-<n>/anat/…_T1w.nii.gz (or .nii, .mha), beside it …_label-L_desc-T1lesion_mask.nii.gz
where there is one; participants.tsv for site, chronicity and days after stroke. sub-<id>_T1w.nii.gz is enough.

  --phase C/P              contract, format, limits and the rest as this phase of a site has them
  --site URL               where that is asked (or HELDOUT_SITE; default http://127.0.0.1:3000)
  --model FILE             a model archive, to be seen at /opt/ml/model
  --json FILE              write the report as JSON; "-" prints it, and everything else goes to stderr

Each of these goes before what the phase says:
${settingsHelp()}

The report: {"verdict": "passed" | "failed", "image": {"id", "code", "message"}, "cases": [{"case", "status":
"scored" | "valid" (a mask that counts, and no true mask to score it with) | "rejected" | "failed", "code",
"message", "seconds", "peakMemoryBytes", "metrics"}]}.

Exit code: 0 when every scan got a mask that counts; 1 when not, or when a file can't be used; 2 when the command
was called wrongly; 3 when this machine can't run containers so; 130 when it was interrupted.
`;

export const tryCommand: Command = {
  name: 'try',
  summary: 'run an image on your own scans, in the sandbox that the platform runs it in',
  help: HELP,
  run,
};

const INTERRUPTED = 130;

async function run(args: string[]): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => {
    process.stderr.write('\nStopping: removing what runs.\n');
    stop.abort(new Error('Interrupted.'));
  };
  const { json, data, ...call } = await readTryCall(args);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  try {
    for (const file of [call.imageFile, call.modelFile]) if (file !== null) await requireFile(file);
    if (json !== undefined) await requireRoomFor(json);
    const report = await tryOn(
      await readDataset(data),
      call,
      json === '-' ? process.stderr : process.stdout,
      stop.signal,
    );
    if (json !== undefined) await writeJson(json, report);
    return report.verdict === 'passed' ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    if (!(error instanceof PlatformError || error instanceof HostRequirementError)) throw error;
    process.stderr.write(`heldout try: this machine can't run it as the platform does. ${error.message}\n`);
    if (error instanceof PlatformError) {
      process.stderr.write('Run it as root (sudo) where Docker is; "heldout doctor" says what is missing.\n');
    }
    return 3;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  }
}

type Call = Omit<TryCall, 'data' | 'json'>;

async function tryOn(
  cases: readonly DatasetCase[],
  call: Call,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<TryReport> {
  const live = startLiveLine();
  const write = (text: string) => live.above(() => out.write(text));
  let ended = 0;
  let working = 0;
  const sayWorking = () => live.say(`${ended} of ${cases.length} scans done, ${working} at work`);
  let lastLog = '';
  try {
    await checkScans(cases, signal, (done) => live.say(`Checking the scans, ${done} of ${cases.length}`));
    live.say(`Checking the image, ${formatBytes((await stat(call.imageFile)).size)}`);
    const report = await tryImage({
      ...call,
      cases,
      signal,
      onRemoved: (removed) => write(removedText(removed)),
      onImage(image) {
        write(startText(image, cases.length, call.rules));
        live.say('Starting');
      },
      onWorking(containers) {
        working = containers;
        sayWorking();
      },
      onCase(tried, log) {
        ended += 1;
        // The log of a batch is one, whichever of its cases it comes with.
        const isTold = call.rules.contract === 'BATCH' && log === lastLog;
        write(caseText(tried, isTold ? '' : log, `${ended} of ${cases.length}`));
        lastLog = log;
        sayWorking();
      },
    });
    write(verdictText(report));
    return report;
  } finally {
    live.end();
  }
}

async function requireFile(file: string): Promise<void> {
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      error.code === 'ENOENT' ? `There is no file ${file}.` : `${file} can't be read (${error.message}).`,
    );
  });
  if (facts.isFile()) return;
  throw new CommandError(`${file} is no file; an archive is asked for, as "docker save" writes it.`);
}

/** Before hours of work, not behind them. */
async function requireRoomFor(json: string): Promise<void> {
  if (json === '-') return;
  const folder = path.dirname(path.resolve(json));
  await access(folder, constants.W_OK).catch(() => {
    throw new CommandError(
      `The report can't be written to ${json}: is ${folder} there, and may you write to it?`,
    );
  });
}
