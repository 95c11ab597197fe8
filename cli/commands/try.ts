import { access } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PlatformFault } from '#lib/domain/codes.ts';
import { DEFAULT_LIMITS, type Limits, limitsSchema } from '#lib/domain/limits.ts';
import type { Contract } from '#runner/types.ts';
import { type Command, CommandError, UsageError } from '../command.ts';
import { readDataset } from '../dataset.ts';
import { type TryOptions, tryImage } from '../try-image.ts';
import { caseText, removedText, verdictText } from '../try-text.ts';
import { writeJson } from '../write-json.ts';

const HELP = `
heldout try: run an image on your own scans, in the sandbox that the platform runs it in

Usage:
  heldout try IMAGE.tar[.gz] --data FOLDER [options]

Checks the archive (docker save or OCI layout; plain, gzip or zstd), runs it on every scan of FOLDER with the
limits of a phase, without a network and as a plain user, and says what the platform would say: status, code,
time, peak memory, and scores where the folder holds a true mask. What the container prints is shown. It is the
runner's own code. It needs Linux, Docker and root (for the memory-backed folders), but no site; it leaves nothing,
and what a run that was killed left, the next one removes.

FOLDER is BIDS: sub-<id>/ses-<n>/anat/…_T1w.nii.gz (or .nii, .mha), beside it …_label-L_desc-T1lesion_mask.nii.gz
where there is one; participants.tsv for site, chronicity and days after stroke.

  --contract C             exec (default), invoke or batch
  --format F               what the container is given: nii.gz (default) or mha
  --maps                   take probability maps, as phases do that score pr_auc
  --second-wall            run under gVisor, as phases do that require a second wall
  --model FILE             a model archive, to be seen at /opt/ml/model
  --cpus N                 processors (default ${DEFAULT_LIMITS.cpus})
  --memory-mib M           memory (default ${DEFAULT_LIMITS.memoryMib})
  --pids P                 processes and threads (default ${DEFAULT_LIMITS.pids})
  --time-limit-seconds S   a scan (default ${DEFAULT_LIMITS.timeLimitSeconds})
  --output-mib O           size of /output (default ${DEFAULT_LIMITS.outputMib})
  --json FILE              write the report as JSON; "-" prints it, and everything else goes to stderr

The phase's page shows its limits. Exit code: 0 when every scan got a mask that counts, 1 when not, 2 when the
command was called wrongly, 3 when this machine can't run containers so (heldout doctor says what it lacks).
`;

export const tryCommand: Command = {
  name: 'try',
  summary: 'run an image on your own scans, in the sandbox that the platform runs it in',
  help: HELP,
  run,
};

const INTERRUPTED = 130;

async function run(args: string[]): Promise<number> {
  const { json, data, ...options } = parseOptions(args);
  const out = json === '-' ? process.stderr : process.stdout;
  for (const file of [options.imageFile, options.modelFile]) if (file !== null) await requireFile(file);
  const stop = new AbortController();
  const onSignal = () => {
    process.stderr.write('\nStopping: removing what runs.\n');
    stop.abort(new Error('Interrupted.'));
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  try {
    const report = await tryImage({
      ...options,
      cases: await readDataset(data),
      signal: stop.signal,
      onRemoved: (removed) => out.write(removedText(removed)),
      onImage: ({ id, uid }) => out.write(`The image is ${id}, run as user ${uid}.\n\n`),
      onCase: (tried, log) => out.write(caseText(tried, log)),
    });
    out.write(verdictText(report));
    if (json !== undefined) await writeJson(json, report);
    return report.verdict === 'passed' ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    if (!(error instanceof PlatformFault)) throw error;
    process.stderr.write(`heldout try: this machine can't run it as the platform does. ${error.message}\n`);
    process.stderr.write('Run it as root (sudo) where Docker is; "heldout doctor" says what is missing.\n');
    return 3;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  }
}

type Parsed = Omit<TryOptions, 'cases' | 'signal' | 'onRemoved' | 'onImage' | 'onCase'> & {
  data: string;
  json: string | undefined;
};

function parseOptions(args: string[]): Parsed {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      contract: { type: 'string', default: 'exec' },
      format: { type: 'string', default: 'nii.gz' },
      maps: { type: 'boolean', default: false },
      'second-wall': { type: 'boolean', default: false },
      model: { type: 'string' },
      cpus: { type: 'string' },
      'memory-mib': { type: 'string' },
      pids: { type: 'string' },
      'time-limit-seconds': { type: 'string' },
      'output-mib': { type: 'string' },
      json: { type: 'string' },
    },
  });
  const [imageFile, ...rest] = positionals;
  if (imageFile === undefined || rest.length > 0) throw new UsageError('name one image archive.');
  if (values.data === undefined) throw new UsageError('--data FOLDER is missing.');
  const contract = values.contract.toUpperCase();
  if (!isContract(contract)) {
    throw new UsageError(`--contract is exec, invoke or batch, not "${values.contract}".`);
  }
  if (values.format !== 'nii.gz' && values.format !== 'mha') {
    throw new UsageError(`--format is nii.gz or mha, not "${values.format}".`);
  }
  if (contract === 'BATCH' && values.maps) throw new UsageError('A batch has no place for probability maps.');
  if (contract === 'INVOKE' && values['second-wall']) {
    throw new UsageError('A server can’t be reached under gVisor: no phase asks for both.');
  }
  return {
    imageFile,
    modelFile: values.model ?? null,
    data: values.data,
    contract,
    limits: parseLimits(values),
    inputFormat: values.format === 'mha' ? 'MHA' : 'NII_GZ',
    takesProbabilityMaps: values.maps,
    secondWall: values['second-wall'],
    json: values.json,
  };
}

function isContract(text: string): text is Contract {
  return ['EXEC', 'INVOKE', 'BATCH'].includes(text);
}

const LIMIT_OPTIONS = {
  cpus: 'cpus',
  'memory-mib': 'memoryMib',
  pids: 'pids',
  'time-limit-seconds': 'timeLimitSeconds',
  'output-mib': 'outputMib',
} as const;

function parseLimits(values: Partial<Record<keyof typeof LIMIT_OPTIONS, string>>): Limits {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const [option, limit] of Object.entries(LIMIT_OPTIONS)) {
    const text = values[option as keyof typeof LIMIT_OPTIONS];
    if (text === undefined) continue;
    const parsed = limitsSchema.shape[limit].safeParse(text.trim() === '' ? Number.NaN : Number(text));
    if (!parsed.success) throw new UsageError(`--${option} ${text}: ${parsed.error.issues[0]?.message}.`);
    limits[limit] = parsed.data;
  }
  return limitsSchema.parse(limits);
}

async function requireFile(file: string): Promise<void> {
  await access(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} can't be read (${error.code ?? error.message}).`);
  });
}
