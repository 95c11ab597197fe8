import { parseArgs } from 'node:util';
import { UsageError } from '#cli/command.ts';
import { parsePhase, parseSite } from '#cli/site/site-options.ts';
import { DEFAULT_LIMITS, type Limits, limitsSchema } from '#lib/domain/phases/limits.ts';
import type { Contract } from '#runner/types.ts';
import { type ContainerRules, fetchPhaseRules } from './phase-rules.ts';
import type { TryOptions } from './try-image.ts';

export interface TryCall extends Pick<TryOptions, 'imageFile' | 'modelFile' | keyof ContainerRules> {
  data: string;
  json: string | undefined;
}

/** What holds where neither a phase nor an option says otherwise. */
const DEFAULT_RULES: ContainerRules = {
  contract: 'EXEC',
  inputFormat: 'NII_GZ',
  givesMetadata: true,
  takesProbabilityMaps: false,
  requiresGvisor: false,
  limits: DEFAULT_LIMITS,
};

/**
 * What `heldout try` is to do: the rules of a phase, asked of its site where one is named, and each of them as
 * an option says. Throws UsageError, CommandError.
 */
export async function readTryCall(args: string[]): Promise<TryCall> {
  const { values, positionals } = parseOptions(args);
  const [imageFile, ...rest] = positionals;
  if (imageFile === undefined || rest.length > 0) throw new UsageError('name one image archive.');
  if (values.data === undefined) throw new UsageError('--data FOLDER is missing.');
  const { contract, format } = values;
  // Before the site is asked: what is mistyped is said at once.
  const asked = {
    ...(contract !== undefined && { contract: parseContract(contract) }),
    ...(format !== undefined && { inputFormat: parseFormat(format) }),
    ...(values.maps !== undefined && { takesProbabilityMaps: values.maps }),
    ...(values['second-wall'] !== undefined && { requiresGvisor: values['second-wall'] }),
  };
  const limits = parseLimits(values);
  const phase = await phaseRules(values);
  const rules = { ...phase, ...asked, limits: { ...phase.limits, ...limits } };
  if (rules.contract === 'BATCH' && rules.takesProbabilityMaps) {
    throw new UsageError('A batch has no place for probability maps.');
  }
  if (rules.contract === 'INVOKE' && rules.requiresGvisor) {
    throw new UsageError('A server can’t be reached under gVisor: no phase asks for both.');
  }
  return { ...rules, imageFile, modelFile: values.model ?? null, data: values.data, json: values.json };
}

function parseOptions(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      data: { type: 'string' },
      phase: { type: 'string' },
      site: { type: 'string' },
      contract: { type: 'string' },
      format: { type: 'string' },
      maps: { type: 'boolean' },
      'second-wall': { type: 'boolean' },
      model: { type: 'string' },
      cpus: { type: 'string' },
      'memory-mib': { type: 'string' },
      pids: { type: 'string' },
      'time-limit-seconds': { type: 'string' },
      'output-mib': { type: 'string' },
      json: { type: 'string' },
    },
  });
}

async function phaseRules({
  phase,
  site,
}: {
  phase?: string | undefined;
  site?: string | undefined;
}): Promise<ContainerRules> {
  if (phase !== undefined) return fetchPhaseRules(parseSite(site), parsePhase(phase));
  if (site !== undefined)
    throw new UsageError('--site alone says nothing: --phase CHALLENGE/PHASE is missing.');
  return DEFAULT_RULES;
}

function parseContract(text: string): Contract {
  const contract = text.toUpperCase();
  if (contract === 'EXEC' || contract === 'INVOKE' || contract === 'BATCH') return contract;
  throw new UsageError(`--contract is exec, invoke or batch, not "${text}".`);
}

function parseFormat(text: string): ContainerRules['inputFormat'] {
  if (text === 'nii.gz') return 'NII_GZ';
  if (text === 'mha') return 'MHA';
  throw new UsageError(`--format is nii.gz or mha, not "${text}".`);
}

const LIMIT_OPTIONS = {
  cpus: 'cpus',
  'memory-mib': 'memoryMib',
  pids: 'pids',
  'time-limit-seconds': 'timeLimitSeconds',
  'output-mib': 'outputMib',
} as const;

function parseLimits(values: Partial<Record<keyof typeof LIMIT_OPTIONS, string>>): Partial<Limits> {
  const limits: Partial<Limits> = {};
  for (const [option, limit] of Object.entries(LIMIT_OPTIONS)) {
    const text = values[option as keyof typeof LIMIT_OPTIONS];
    if (text === undefined) continue;
    const schema = limitsSchema.shape[limit];
    const parsed = schema.safeParse(text.trim() === '' ? Number.NaN : Number(text));
    if (!parsed.success) {
      const kind = limit === 'cpus' ? 'number' : 'whole number';
      throw new UsageError(
        `--${option} is a ${kind} from ${schema.minValue} to ${schema.maxValue}, not "${text}".`,
      );
    }
    limits[limit] = parsed.data;
  }
  return limits;
}
