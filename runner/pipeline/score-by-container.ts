import { Readable } from 'node:stream';
import { PlatformError, ScorerFailed, SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { type ScorerResults, withFailedCases } from '#lib/domain/tasks/scorer/scorer-results.ts';
import type { ContainerScoring } from '#lib/domain/tasks/task.ts';
import type { ClaimedEvaluation } from '#lib/evaluations/claim-evaluation.ts';
import type { ImageCache } from '#runner/images/image-cache.ts';
import type { ScorerCase } from '#runner/sandbox/contracts/scorer-input.ts';
import { truthOfArchive } from '#runner/sandbox/files/truth-source.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import type { TestSet } from '#runner/secrets/test-set.ts';
import type { CollectedOutputs } from '#runner/types.ts';
import { scorerCaseName, scorerInputs, scorerOutputs, scorerTruth } from './scorer-case.ts';

/** Scores an evaluation with the organizer's scorer, when all of its cases are done. */

export interface ScorerDeps {
  images: Pick<ImageCache, 'use'>;
  sandbox: Pick<Sandbox, 'runScorer'>;
}

export interface ContainerContext {
  evaluation: Pick<ClaimedEvaluation, 'id' | 'caseCount' | 'phase' | 'scorer'>;
  scoring: ContainerScoring;
  testSet: TestSet;
  /** What the containers wrote for the cases that succeeded, by case index. */
  outputs: ReadonlyMap<number, () => Promise<CollectedOutputs>>;
  /** Prefix of the container's names. */
  name: string;
  signal: AbortSignal;
}

export interface ContainerResults {
  /** Of every case, by its index; a failed one has the worst values. */
  cases: ReadonlyMap<number, Readonly<Record<string, number>>>;
  aggregates: Readonly<Record<string, number>>;
}

const MAX_TRUTH_FILE_BYTES = 2 ** 31;
const MAX_PROBLEM_CHARACTERS = 16 * 1024;

/**
 * @throws ScorerFailed if the organizers must mend something: their scorer, or a missing signature. PlatformError, or
 * the signal's reason.
 */
export async function scoreByContainer(
  { images, sandbox }: ScorerDeps,
  context: ContainerContext,
): Promise<ContainerResults> {
  const { evaluation, scoring, testSet, outputs, name, signal } = context;
  const { phase, caseCount } = evaluation;
  const indexes = Array.from({ length: caseCount }, (_, index) => index);
  const failed = indexes.filter((index) => !outputs.has(index)).map(scorerCaseName);
  if (outputs.size === 0) return byIndex(withFailedCases(null, { metrics: scoring.metrics, failed }));
  const { scorer } = evaluation;
  if (!scorer) throw new ScorerFailed('The phase has no scorer. Import one: heldout scorer import.');
  if (!testSet.trustsScorer(scorer)) {
    throw new ScorerFailed(
      'The scorer isn’t signed with the key that the test set names, so it may not read the truth. Sign it with the key file that was given to heldout testset seal (--scorer-key).',
    );
  }
  await using image = await openImage(images, evaluation, scorer.sha256, signal);
  const groundTruth = await testSet.openGroundTruth();
  const run = await sandbox.runScorer({
    image: image.image,
    scoring,
    requiresGvisor: phase.requiresGvisor,
    cases: [...outputs].map(([index, open]) => scorerCase(context, index, open)),
    ...(groundTruth && {
      openTruth: () => truthOfArchive(streamOf(groundTruth.bytes), { maxFileBytes: MAX_TRUTH_FILE_BYTES }),
    }),
    name,
    labels: { 'heldout.evaluation': evaluation.id },
    signal,
  });
  if (run.ok) return byIndex(withFailedCases(run.results, { metrics: scoring.metrics, failed }));
  const log = phase.keepsLogs && run.log !== '' ? `\n\n${run.log}` : '';
  throw new ScorerFailed(`${run.problem}${log}`.slice(0, MAX_PROBLEM_CHARACTERS));
}

/** As a file would come: the reader of archives needs Buffers, which the type of a Readable doesn't say. */
function streamOf({ buffer, byteOffset, byteLength }: Uint8Array): Readable {
  return Readable.from([Buffer.from(buffer, byteOffset, byteLength)]);
}

/** A realm of its own, so that a scorer that was taken over can't pass the truth to a team's container. */
async function openImage(
  images: Pick<ImageCache, 'use'>,
  { phase }: Pick<ClaimedEvaluation, 'phase'>,
  sha256: string,
  signal: AbortSignal,
) {
  try {
    return await images.use({ sha256, realm: `scorer-${phase.id}` }, { limits: phase.limits }, signal);
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    throw new ScorerFailed(`The scorer’s image can’t be run (${error.code}). ${error.message}`);
  }
}

function scorerCase(
  { evaluation: { phase }, testSet }: ContainerContext,
  index: number,
  open: () => Promise<CollectedOutputs>,
): ScorerCase {
  const { inputNames, truthNames } = testSet.case(index);
  const name = scorerCaseName(index);
  return {
    name,
    open: async () => ({
      inputs: scorerInputs(phase.task, await testSet.openInputs(index), inputNames),
      outputs: scorerOutputs(phase.task, await open(), name),
      truth: scorerTruth(await testSet.openTruths(index), { folder: name, names: truthNames }),
    }),
  };
}

function byIndex({ cases, aggregates }: ScorerResults): ContainerResults {
  const numbered = [...cases].map(([name, values]) => [Number(name.slice('case-'.length)), values] as const);
  if (numbered.some(([index]) => !Number.isInteger(index)))
    throw new PlatformError('INTERNAL', 'The scorer’s results name an unknown case.');
  return { cases: new Map(numbered), aggregates };
}
