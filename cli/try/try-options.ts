import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { UsageError } from '#cli/command.ts';
import type { ReadOptions } from '#cli/dataset/dataset.ts';
import { DATASET_OPTIONS, readOptions } from '#cli/dataset/dataset-options.ts';
import { readPhaseRules } from '#cli/site/phase-rules.ts';
import { readTask } from '#cli/task/read-task.ts';
import {
  containerRulesSchema,
  DEFAULT_CONTAINER_RULES,
  findContainerConflict,
} from '#lib/domain/phases/rules.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import { readSettings, SETTING_FLAGS } from './setting-options.ts';
import type { TryOptions } from './try-image.ts';
import type { ScorerFiles } from './try-scorer.ts';

export interface TryCall
  extends Pick<TryOptions, 'imageFile' | 'modelFile' | 'scorer' | 'rules' | 'connectivity'> {
  data: string;
  reading: ReadOptions;
  json: string | undefined;
}

/**
 * What `heldout try` is to do: the rules of a phase, read from its site if one is named, and over them what
 * the options say. Throws UsageError, CommandError.
 */
export async function readTryCall(args: string[]): Promise<TryCall> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      data: { type: 'string' },
      phase: { type: 'string' },
      site: { type: 'string' },
      model: { type: 'string' },
      json: { type: 'string' },
      task: { type: 'string' },
      scorer: { type: 'string' },
      'ground-truth': { type: 'string' },
      layout: DATASET_OPTIONS.layout,
      input: DATASET_OPTIONS.input,
      truth: DATASET_OPTIONS.truth,
      ...SETTING_FLAGS,
    },
  });
  const texts = values as Readonly<Record<string, string | undefined>>;
  const { data, phase, site, model, json, task } = texts;
  const imageFile = onlyArgument(positionals, 'image archive');
  if (data === undefined) throw new UsageError('--data FOLDER is missing.');
  // Before the site is asked, so that a typing error is reported at once.
  const { rules: asked, limits } = readSettings(values);
  const ofPhase = await readPhaseRules({ phase, site });
  const base = ofPhase ? containerRulesSchema.parse(ofPhase) : DEFAULT_CONTAINER_RULES;
  const rules = {
    ...base,
    ...asked,
    ...(task === undefined ? {} : { task: await readTask(task) }),
    limits: { ...base.limits, ...limits },
  };
  const conflict = findContainerConflict(rules);
  if (conflict) throw new UsageError(conflict.message);
  const scorer = readScorer(texts, rules);
  const reading = readOptions(values as Parameters<typeof readOptions>[0]);
  const connectivity = ofPhase?.connectivity ?? 6;
  return { rules, connectivity, imageFile, modelFile: model ?? null, scorer, data, reading, json };
}

function readScorer(
  { scorer, 'ground-truth': groundTruth }: Readonly<Record<string, string | undefined>>,
  { task: { scoring } }: ContainerRules,
): ScorerFiles | null {
  if (scorer === undefined) {
    if (groundTruth !== undefined) throw new UsageError('--ground-truth needs --scorer IMAGE.');
    return null;
  }
  if (scoring.kind !== 'container') {
    throw new UsageError(
      `--scorer is for a task that is scored by a container, but this one has the scoring "${scoring.kind}", which needs no scorer. Leave it out, or pass the task with --task FILE.`,
    );
  }
  return { imageFile: scorer, groundTruth: groundTruth ?? null };
}
