import { z } from 'zod';
import { DISCLOSURE_SETTINGS } from '#lib/domain/disclosure/settings.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import { describeSockets } from '#lib/domain/tasks/sockets.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import { counted } from '#lib/domain/units.ts';
import { limitsSchema } from './limits.ts';
import { METRIC_SET_SETTINGS } from './metric-sets.ts';
import {
  describeMetrics,
  findCaseRankingProblem,
  findMetricsProblem,
  phaseMetricSchema,
} from './phase-metrics.ts';
import type { RulesOf, Setting } from './setting.ts';
import { SUBMISSION_SETTINGS } from './submission-settings.ts';

/**
 * All settings of a phase except its name and dates. To add one, add it here, add its column to
 * prisma/schema.prisma with a migration, and write the code that uses it.
 */

type PhaseSetting<Schema extends z.ZodType> = Setting<Schema, PhaseRules>;
type ContainerSetting<Schema extends z.ZodType> = Setting<Schema, ContainerRules>;

const kindSchema = z.enum(['OPEN', 'HIDDEN']);
const kind: PhaseSetting<typeof kindSchema> = {
  schema: kindSchema,
  label: 'Test set',
  choices: {
    HIDDEN: 'hidden: teams see only what the settings disclose',
    OPEN: 'open: teams see scores, errors and logs of each case',
  },
  description:
    '`HIDDEN`: the test set stays hidden, and teams see what the settings disclose. `OPEN`: its cases may be shown, and teams see scores, errors and logs of each.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
};

export const contractSchema = z.enum(['EXEC', 'INVOKE', 'BATCH']);
export type Contract = z.infer<typeof contractSchema>;
const CONTRACTS: Readonly<Record<Contract, { short: string; detail: string }>> = {
  EXEC: {
    short: 'exec, one container per case',
    detail: 'Each container reads /input, writes its outputs to /output and exits.',
  },
  INVOKE: {
    short: 'invoke, one server for all cases',
    detail:
      'The container runs an HTTP server on port 4743. It answers GET /health when it is ready, then one POST /invoke per case with 201 when the outputs are written. It may keep state between cases.',
  },
  BATCH: {
    short: 'batch, one container for all cases',
    detail:
      'The container gets all cases at once as a BIDS dataset in /input and writes their outputs below the same folders in /output. A case without a required output fails.',
  },
};
const contract: ContainerSetting<typeof contractSchema> = {
  schema: contractSchema,
  label: 'Contract',
  choices: Object.fromEntries(contractSchema.options.map((value) => [value, CONTRACTS[value].short])),
  default: 'EXEC',
  description:
    'How a container receives its cases: one container per case (`EXEC`), one HTTP server (`INVOKE`) or one run over all cases (`BATCH`).',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Contract',
  phrase: (value) => CONTRACTS[value].short,
  detail: (value) => CONTRACTS[value].detail,
  option: {
    flag: 'contract',
    placeholder: 'C',
    help: 'exec, invoke or batch',
    expects: 'exec, invoke or batch',
    parse: (text) => contractSchema.safeParse(text.toUpperCase()).data ?? null,
  },
};

const task: ContainerSetting<typeof taskSchema> = {
  schema: taskSchema,
  label: 'Task',
  words: ({ inputs, outputs, scoring }) =>
    `${describeSockets(inputs)} in; ${describeSockets(outputs)} out; scoring: ${scoring.kind}`,
  consequence: (_change, { hasTestSet }) =>
    hasTestSet
      ? 'The phase’s test set was sealed for the task as it is now. It is taken out of the phase: import it again, or one that was sealed for the new task.'
      : null,
  default: STROKE_T1,
  description:
    'What a container gets and writes, and how that is scored: `inputs`, `outputs` and `scoring`. Without it, the task of ATLAS 2022: one T1 scan, one lesion mask.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Input',
  phrase: ({ inputs }) => describeSockets(inputs),
  conflict({ inputs, outputs }, { contract: value }) {
    const named = [...inputs, ...outputs].find(
      ({ bids, format }) => bids !== undefined && format !== 'nii.gz',
    );
    if (value !== 'BATCH' || named === undefined) return null;
    return `In a batch, an image with a BIDS name is .nii.gz, but ${named.slug} is .${named.format}.`;
  },
};

/** `heldout score` takes it too. */
export const MISSING_GEOMETRY_OPTION = {
  flag: 'missing-geometry',
  help: 'accept masks whose header holds no geometry',
} as const;
const acceptsMissingGeometrySchema = z.boolean();
const acceptsMissingGeometry: ContainerSetting<typeof acceptsMissingGeometrySchema> = {
  schema: acceptsMissingGeometrySchema,
  label: 'Accept masks without geometry',
  default: false,
  description:
    'A mask or map whose header holds no geometry (spacing 1, origin 0, no rotation) counts as on the input’s grid, voxel by voxel as stored, if it has the input’s shape. An axis that was flipped or swapped then goes unnoticed.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Output',
  phrase: (value, { task: { outputs } }) =>
    `${describeSockets(outputs)}${value ? '; headers without geometry are accepted' : ''}`,
  detail: (value) =>
    value
      ? 'No geometry means spacing 1, origin 0 and no rotation. Such an output must have the input’s shape and its voxels in the input’s order.'
      : '',
  option: MISSING_GEOMETRY_OPTION,
};

const requiresGvisorSchema = z.boolean();
const requiresGvisor: ContainerSetting<typeof requiresGvisorSchema> = {
  schema: requiresGvisorSchema,
  label: 'Require gVisor',
  default: false,
  description: 'Containers run under gVisor; runners without gVisor leave the phase to others.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Isolation',
  phrase: (value) => `no network, ${value ? 'gVisor' : 'a seccomp profile'}`,
  conflict: (value, rules) =>
    value && rules.contract === 'INVOKE'
      ? 'A server can’t be reached under gVisor, which has its own network: use exec or batch.'
      : null,
  option: { flag: 'gvisor', help: 'run under gVisor' },
};

const gpuSchema = z
  .strictObject({
    count: z.int().min(1).max(16),
    /** Part of the GPU model's name, for example "A100". */
    model: z.string().trim().min(2).max(60).optional(),
  })
  .nullable();
const GPU_OPTION = /^(\d+)(?::(.+))?$/;
const gpu: ContainerSetting<typeof gpuSchema> = {
  schema: gpuSchema,
  label: 'GPUs',
  words: (value) => (value ? describeGpu(value) : 'none'),
  default: null,
  description:
    'GPUs of each container: `{"count": 1}`, or `{"count": 1, "model": "A100"}` for a model whose name contains this text; `null`: none.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Limits',
  phrase: (value) => (value ? describeGpu(value) : 'no GPU'),
  conflict: (value, rules) => (value && rules.requiresGvisor ? 'gVisor gives containers no GPU.' : null),
  option: {
    flag: 'gpus',
    placeholder: 'N[:MODEL]',
    help: 'GPUs per container, as in 1 or 1:A100',
    expects: 'a number from 1 to 16, with or without a model (1:A100)',
    parse(text) {
      const [, count, model] = GPU_OPTION.exec(text) ?? [];
      return gpuSchema.safeParse({ count: Number(count), ...(model && { model }) }).data ?? null;
    },
  },
};

const limits: ContainerSetting<typeof limitsSchema> = {
  schema: limitsSchema,
  label: 'Limits',
  description: 'What one container may use: see the table of limits.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
};

const metricsSchema = z.array(phaseMetricSchema).min(1).max(20);
const metrics: PhaseSetting<typeof metricsSchema> = {
  schema: metricsSchema,
  label: 'Metrics',
  words: (value) => value.map(({ metric, weight }) => `${metric} (${weight})`).join(', '),
  description:
    'The metrics, the primary one first, each with its weight in the ranking; weight 0: shown, not ranked.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Ranked by (weight)',
  phrase: describeMetrics,
  conflict: findMetricsProblem,
};

/** Which voxels are neighbors in metrics that count lesions: those that share a face, an edge or a corner. */
const connectivitySchema = z.union([z.literal(6), z.literal(18), z.literal(26)]);
const NEIGHBORS = { 6: 'a face', 18: 'a face or an edge', 26: 'a face, an edge or a corner' } as const;
const connectivity: PhaseSetting<typeof connectivitySchema> = {
  schema: connectivitySchema,
  label: 'One lesion',
  choices: Object.fromEntries(
    Object.entries(NEIGHBORS).map(([value, shared]) => [value, `voxels that share ${shared} (${value})`]),
  ),
  default: 6,
  description: 'Which voxels form one lesion: `6`, `18` or `26` neighbors.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'One lesion',
  phrase: (value, { task: { scoring } }) =>
    scoring.kind === 'segmentation' ? `voxels that share ${NEIGHBORS[value]} (${value}-connected)` : '',
};

const rankingSchema = z.enum(['AGGREGATE_THEN_RANK', 'RANK_THEN_AGGREGATE']);
const ranking: PhaseSetting<typeof rankingSchema> = {
  schema: rankingSchema,
  label: 'Ranking',
  choices: {
    AGGREGATE_THEN_RANK: 'aggregate, then rank: by the average of each metric',
    RANK_THEN_AGGREGATE: 'rank, then aggregate: on each case and metric',
  },
  default: 'AGGREGATE_THEN_RANK',
  description:
    'What is ranked before the weighted mean of the ranks: the average of each metric (`AGGREGATE_THEN_RANK`), or each case and metric, where failed cases rank last (`RANK_THEN_AGGREGATE`).',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Ranking',
  phrase: (value, rules) => {
    const ranksMany = rules.metrics.filter(({ weight }) => weight > 0).length > 1;
    if (value === 'AGGREGATE_THEN_RANK') {
      return ranksMany
        ? `by the ${averageOf(rules)} on each metric, then by the weighted mean of these ranks`
        : `by the ${averageOf(rules)} over the cases`;
    }
    return `on each case${ranksMany ? ' and metric' : ''}, then by the ${ranksMany ? 'weighted ' : ''}mean of these ranks`;
  },
  conflict: (value, rules) => (value === 'RANK_THEN_AGGREGATE' ? findCaseRankingProblem(rules) : null),
};

const summarySchema = z.enum(['MEAN', 'MEDIAN']);
const summary: PhaseSetting<typeof summarySchema> = {
  schema: summarySchema,
  label: 'Average',
  choices: { MEAN: 'mean', MEDIAN: 'median' },
  default: 'MEAN',
  description:
    'The average over the cases that leaderboards show with its interval, and that `AGGREGATE_THEN_RANK` ranks by: `MEAN` or `MEDIAN`.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
};

/** "mean" or "median": the average that the phase shows. */
export function averageOf(rules: Pick<PhaseRules, 'summary'>): 'mean' | 'median' {
  return rules.summary === 'MEDIAN' ? 'median' : 'mean';
}

const countingSchema = z.enum(['BEST', 'LATEST', 'SELECTED']);
const counting: PhaseSetting<typeof countingSchema> = {
  schema: countingSchema,
  label: 'Submission that counts',
  choices: {
    BEST: 'the best of each team, by the mean of the primary metric',
    LATEST: 'the latest of each team',
    SELECTED: 'the one that each team selects before the phase closes; its best until it has',
  },
  default: 'BEST',
  description:
    'Which submission of a team is on the leaderboard: its `BEST`, by the mean of the primary metric, its `LATEST`, or the one that it has `SELECTED` before the phase closes; its best until it has.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Counts',
  phrase: (value) =>
    value === 'SELECTED'
      ? 'the submission that each team selects, its best until it has'
      : `the ${countingName(value)} submission of each team`,
};

/** "best", "latest" or "selected": in front of "submission". */
export function countingName(value: z.infer<typeof countingSchema>): string {
  return value.toLowerCase();
}

const seedSchema = z.int().min(0).max(2_147_483_647);
const seed: PhaseSetting<typeof seedSchema> = {
  schema: seedSchema,
  label: 'Seed of the bootstrap',
  default: 1,
  description: 'Seed of the bootstrap, so that anyone can reproduce the ranking.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
};

const keepsPredictionsDaysSchema = z.int().min(0).max(3650);
const keepsPredictionsDays: PhaseSetting<typeof keepsPredictionsDaysSchema> = {
  schema: keepsPredictionsDaysSchema,
  label: 'Days that predictions are kept',
  default: 0,
  unit: 'days',
  description:
    'How long predictions are kept, sealed to the runner’s key, so that they can be rescored; `0`: not at all.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Predictions',
  phrase: (days) =>
    days === 0
      ? 'deleted as soon as they are scored'
      : `kept for ${counted(days, 'day')} after the evaluation, sealed to a runner’s key, so that they can be rescored if a metric changes`,
};

const decimalsSchema = z.int().min(0).max(6);
const decimals: PhaseSetting<typeof decimalsSchema> = {
  schema: decimalsSchema,
  label: 'Decimals',
  consequence: ({ before, after }) =>
    after > before
      ? 'Scores are shown with more decimals at once, those of earlier submissions too: a team that submits often learns more about the hidden cases.'
      : 'Scores are shown with fewer decimals at once, those of earlier submissions too. Ranks stay as they are.',
  default: 3,
  description: 'Decimals of the scores that are shown.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Teams see',
  phrase: (value, rules) =>
    rules.kind === 'OPEN'
      ? 'scores and errors of each case'
      : `${averageOf(rules)}s to ${counted(value, 'decimal')} and the number of failed cases`,
};

const showsCaseScoresSchema = z.boolean();
const showsCaseScores: PhaseSetting<typeof showsCaseScoresSchema> = {
  schema: showsCaseScoresSchema,
  label: 'Show scores of single cases',
  consequence: ({ after }, { submissions }) => {
    if (submissions === 0) return null;
    return after
      ? 'Each team sees the scores of single cases at once, those of its earlier submissions too. What was seen can’t be taken back.'
      : 'Teams don’t see scores of single cases any more, those of earlier submissions neither.';
  },
  default: false,
  description:
    'A hidden phase shows teams the scores of single cases under pseudonymous IDs. An open phase always shows them.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Teams see',
  phrase: (value, rules) => {
    if (rules.kind === 'OPEN') return '';
    if (!value) return 'no scores of single cases';
    return `scores of single cases to ${counted(caseDecimals(rules.decimals), 'decimal')}, under pseudonymous case IDs`;
  },
};

const keepsLogsSchema = z.boolean();
const keepsLogs: PhaseSetting<typeof keepsLogsSchema> = {
  schema: keepsLogsSchema,
  label: 'Keep logs',
  default: true,
  description: 'What containers print is kept, in clear: for organizers, and in an open phase for the team.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Teams see',
  phrase: (value, rules) => {
    if (!value) return 'no logs, since none are kept';
    return rules.kind === 'OPEN' ? 'logs of each case' : 'no logs: only organizers can read them';
  },
};

const recordsVolumesSchema = z.boolean();
const recordsVolumes: PhaseSetting<typeof recordsVolumesSchema> = {
  schema: recordsVolumesSchema,
  label: 'Agreement of volumes',
  default: false,
  description:
    'Predicted and true volumes are recorded for each case, in clear, and leaderboards show how well those of each team agree. Single volumes are shown to organizers, and to everyone in an open phase. Needs one mask in mm without labels.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Everyone sees',
  phrase: (value, rules) => {
    if (!value) return '';
    const single = rules.kind === 'OPEN' ? ', case by case' : ', but no single volume';
    return `how well predicted and true volumes agree${single}`;
  },
  conflict: (value, { task }) => (value ? findVolumeProblem(task) : null),
};

/** Why a task has no volumes to compare; null if it has. */
function findVolumeProblem({ scoring, outputs }: Task): string | null {
  if (scoring.kind !== 'segmentation')
    return 'Only a mask has a volume: this task’s outputs are scored otherwise.';
  if (scoring.labels)
    return 'Volumes are compared of one mask without labels, and this task’s mask has labels.';
  const mask = outputs.find(({ slug }) => slug === scoring.output);
  const isPicture = mask?.format === 'png' || mask?.format === 'tif';
  return isPicture ? 'A picture has no volume in ml.' : null;
}

/** The settings that the runner passes to the sandbox and `heldout try` takes as options. */
export const CONTAINER_SETTINGS = {
  contract,
  task,
  acceptsMissingGeometry,
  limits,
  gpu,
  requiresGvisor,
};
export type ContainerRules = RulesOf<typeof CONTAINER_SETTINGS>;

/** In the order in which pages and docs list them. */
export const PHASE_SETTINGS = {
  kind,
  metrics,
  ...METRIC_SET_SETTINGS,
  ranking,
  summary,
  connectivity,
  counting,
  seed,
  ...SUBMISSION_SETTINGS,
  ...CONTAINER_SETTINGS,
  ...DISCLOSURE_SETTINGS,
  decimals,
  showsCaseScores,
  recordsVolumes,
  keepsLogs,
  keepsPredictionsDays,
};
export type PhaseRules = RulesOf<typeof PHASE_SETTINGS>;

/** "2 GPUs (A100)" */
export function describeGpu({ count, model }: NonNullable<ContainerRules['gpu']>): string {
  return `${counted(count, 'GPU')}${model === undefined ? '' : ` (${model})`}`;
}
