import { z } from 'zod';
import { labelsSchema } from '#lib/domain/metrics/label-schema.ts';
import { declaredMetricsSchema } from './declared-metrics.ts';
import { scorerLimitsSchema } from './scorer/scorer-limits.ts';
import { pathsCollide, type Socket, socketSchema, socketSlugSchema, superKindOf } from './sockets.ts';

/** What a phase asks of an algorithm: its inputs, its outputs, and how these are scored. */

const segmentationSchema = z.strictObject({
  kind: z.literal('segmentation'),
  /** The Segmentation that is scored; its truth has the same slug. */
  output: socketSlugSchema,
  /** The input image whose grid the output must have. */
  grid: socketSlugSchema,
  /** The Heat Map of probabilities that metrics of maps need. */
  probabilityMap: socketSlugSchema.optional(),
  /** Without labels, every voxel above 0 is foreground. */
  labels: labelsSchema.optional(),
});

const valuesSchema = z.strictObject({
  kind: z.literal('values'),
  /** The values that are scored; their truths have the same slugs. */
  outputs: z.array(socketSlugSchema).min(1).max(20),
  /** The kind of a truth that isn't that of its output: an output of probabilities (Float) has a truth of Bool. */
  truthKinds: z.record(socketSlugSchema, z.enum(['Float', 'Integer', 'Bool', 'String'])).optional(),
});

/** The organizer's scorer, a container, reads every output and writes the metrics. */
const containerSchema = z.strictObject({
  kind: z.literal('container'),
  metrics: declaredMetricsSchema,
  /** Of the scorer's own container; see scorer-limits.ts. */
  limits: scorerLimitsSchema,
  /**
   * The scorer judges each case on its own, so it may run several times, on a part of the cases each, where their
   * truth and predictions don't fit in memory together.
   */
  perCase: z.boolean().default(false),
});
export type ContainerScoring = z.output<typeof containerSchema>;

const scoringSchema = z.discriminatedUnion('kind', [segmentationSchema, valuesSchema, containerSchema], {
  error: 'must have a kind: segmentation, values or container.',
});

const socketsSchema = z.array(socketSchema).min(1).max(20);

export const taskSchema = z
  .strictObject({ inputs: socketsSchema, outputs: socketsSchema, scoring: scoringSchema })
  .superRefine((task, context) => {
    for (const { path, message } of findTaskProblems(task)) {
      context.addIssue({ code: 'custom', path, message });
    }
  });
export type Task = z.output<typeof taskSchema>;

/** The outputs that are compared with a truth of the same slug. An organizer's scorer brings its own truth. */
export function truthSlugs(scoring: Task['scoring']): readonly string[] {
  switch (scoring.kind) {
    case 'segmentation':
      return [scoring.output];
    case 'values':
      return scoring.outputs;
    case 'container':
      return [];
  }
}

interface TaskProblem {
  path: (string | number)[];
  message: string;
}

/** What doesn't fit together, each with the field that is to be changed. */
function findTaskProblems(task: Task): TaskProblem[] {
  return [
    ...findClashes(task.inputs, 'inputs'),
    ...findClashes(task.outputs, 'outputs'),
    ...findScoringProblems(task),
  ];
}

/** Two sockets of one side with the same slug, or with paths that get into each other's way. */
function findClashes(sockets: readonly Socket[], side: 'inputs' | 'outputs'): TaskProblem[] {
  return sockets.flatMap((socket, index): TaskProblem[] => {
    const before = sockets.slice(0, index);
    const sameSlug = before.some(({ slug }) => slug === socket.slug);
    if (sameSlug) {
      return [{ path: [side, index, 'slug'], message: `must be unique; "${socket.slug}" is there twice.` }];
    }
    const other = before.find(({ relative_path: path }) => pathsCollide(path, socket.relative_path));
    if (!other) return [];
    return [
      {
        path: [side, index, 'relative_path'],
        message: `must not be or contain the path of "${other.slug}" (${other.relative_path}).`,
      },
    ];
  });
}

function findScoringProblems({ inputs, outputs, scoring }: Task): TaskProblem[] {
  const output = (slug: string) => outputs.find((socket) => socket.slug === slug);
  if (scoring.kind === 'container') return findScorerProblems(scoring);
  if (scoring.kind === 'values') {
    return scoring.outputs.flatMap((slug, index): TaskProblem[] => {
      const path = ['scoring', 'outputs', index];
      const socket = output(slug);
      if (!socket) return [{ path, message: missing(slug, 'outputs', outputs) }];
      if (!socket.required) return [{ path, message: optional(slug, 'output') }];
      const twice = scoring.outputs.indexOf(slug) < index;
      if (twice) return [{ path, message: `must be unique; "${slug}" is there twice.` }];
      if (superKindOf(socket.kind) === 'Value' && socket.kind !== 'Anything') return [];
      return [
        { path, message: `must be a Float, Integer, Bool or String, but "${slug}" is ${socket.kind}.` },
      ];
    });
  }
  const { output: mask, grid, probabilityMap: map } = scoring;
  return [
    ...requireKind(output(mask), 'Segmentation', ['scoring', 'output'], missing(mask, 'outputs', outputs)),
    ...(output(mask)?.required === false
      ? [{ path: ['scoring', 'output'], message: optional(mask, 'output') }]
      : []),
    ...(map === undefined
      ? []
      : requireKind(
          output(map),
          'Heat Map',
          ['scoring', 'probabilityMap'],
          missing(map, 'outputs', outputs),
        )),
    ...findGridProblems(inputs, grid),
    ...(map !== undefined && scoring.labels
      ? [{ path: ['scoring', 'probabilityMap'], message: 'must be left out where the mask has labels.' }]
      : []),
  ];
}

function findScorerProblems({ metrics, perCase }: ContainerScoring): TaskProblem[] {
  const aggregate = metrics.find((metric) => metric.aggregate !== undefined);
  if (!perCase || !aggregate) return [];
  const message = `must be false, because "${aggregate.name}" is an aggregate over all cases.`;
  return [{ path: ['scoring', 'perCase'], message }];
}

function findGridProblems(inputs: readonly Socket[], slug: string): TaskProblem[] {
  const path = ['scoring', 'grid'];
  const socket = inputs.find((one) => one.slug === slug);
  if (!socket) return [{ path, message: missing(slug, 'inputs', inputs) }];
  if (superKindOf(socket.kind) !== 'Image') {
    return [{ path, message: `must be an image, but "${slug}" is ${socket.kind}.` }];
  }
  if (!socket.required) return [{ path, message: optional(slug, 'input') }];
  return [];
}

function requireKind(
  socket: Socket | undefined,
  kind: Socket['kind'],
  path: string[],
  ifMissing: string,
): TaskProblem[] {
  if (!socket) return [{ path, message: ifMissing }];
  if (socket.kind === kind) return [];
  return [{ path, message: `must be a ${kind}, but "${socket.slug}" is ${socket.kind}.` }];
}

function optional(slug: string, side: 'input' | 'output'): string {
  return `must be a required ${side}, but "${slug}" is optional.`;
}

function missing(slug: string, side: 'inputs' | 'outputs', sockets: readonly Socket[]): string {
  const known = sockets.map((socket) => socket.slug).join(', ');
  return `must be one of the ${side} (${known}), not "${slug}".`;
}
