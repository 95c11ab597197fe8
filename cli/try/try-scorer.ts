import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CommandError } from '#cli/command.ts';
import { MAX_ARCHIVE_BYTES } from '#cli/testset/seal-archive.ts';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import { withFailedCases } from '#lib/domain/tasks/scorer/scorer-results.ts';
import type { ContainerScoring } from '#lib/domain/tasks/task.ts';
import type { ScorerRun } from '#runner/sandbox/contracts/run-scorer.ts';
import { isServer } from '#runner/sandbox/contracts/scorer-container.ts';
import type { ScorerCase } from '#runner/sandbox/contracts/scorer-input.ts';
import { type FolderFile, ScorerProblem } from '#runner/sandbox/files/scorer-files.ts';
import { truthOfArchive, truthOfFolder } from '#runner/sandbox/files/truth-source.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import { type HeldImage, loadImage } from './load-image.ts';
import { requireHostOfScorer, requireServers } from './require-host.ts';
import type { ScoredCases, TriedCase } from './try-report.ts';

/** Plays the organizer’s scorer: the same container on the same files as at the end of an evaluation. */

export interface ScorerFiles {
  imageFile: string;
  /** A folder or an archive; null for a scorer that needs no truth. */
  groundTruth: string | null;
}

export interface ScorerOptions {
  scorer: ScorerFiles;
  rules: ContainerRules;
  signal: AbortSignal;
}

/** A case that the algorithm has ended. */
export interface EndedCase {
  tried: TriedCase;
  /** What the scorer knows it as. */
  name: string;
  /** What the scorer gets; null without a scorer, or of a case that failed. */
  forScorer: ScorerCase | null;
}

/** A scorer that is ready to run. Disposing removes its image. */
export interface OpenedScorer extends AsyncDisposable {
  /** Failed cases count as the declared worst. `log` is the end of what the scorer printed. */
  score(ended: readonly EndedCase[]): Promise<ScoredCases & { log: string }>;
}

/** Sets the scorer’s image apart from every algorithm’s: see ScorerRequest. */
const REALM = 'scorer';

/**
 * Loads the scorer, and reads its truth once, so that what can’t be used is found before hours of work. Throws
 * CommandError, HostRequirementError, PlatformError, or the signal’s reason.
 *
 * @param scratch the run’s folder, whose name is also the name of its containers.
 */
export async function openScorer(
  sandbox: Sandbox,
  { scratch, name }: { scratch: string; name: string },
  { scorer, rules, signal }: ScorerOptions,
): Promise<OpenedScorer> {
  const scoring = scoringOf(rules);
  requireHostOfScorer(sandbox.host, scoring);
  const openTruth = scorer.groundTruth === null ? null : await openGroundTruth(scorer.groundTruth, signal);
  const held = await loadScorer(sandbox, scratch, { file: scorer.imageFile, scoring, signal });
  return {
    async score(ended) {
      const cases = ended.flatMap(({ forScorer }) => forScorer ?? []);
      const { requiresGvisor } = rules;
      const request = { image: held.image, scoring, requiresGvisor, cases, name, labels: {}, signal };
      const ran =
        cases.length === 0 ? null : await sandbox.runScorer({ ...request, ...(openTruth && { openTruth }) });
      return { ...scoredCases(ran, ended, scoring), log: ran?.log ?? '' };
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

function scoredCases(
  ran: ScorerRun | null,
  ended: readonly EndedCase[],
  { metrics }: ContainerScoring,
): ScoredCases {
  const seconds = ran?.seconds ?? 0;
  const names = ended.map(({ name }) => name);
  const tried = ended.map((one) => one.tried);
  if (ran?.ok === false)
    return { scorer: { seconds, aggregates: {}, problem: ran.problem }, cases: tried, names };
  const failed = ended.flatMap(({ name, forScorer }) => (forScorer ? [] : [name]));
  const results = withFailedCases(ran?.results ?? null, { metrics, failed });
  const cases = ended.map(({ tried: one, name }): TriedCase => {
    const metrics = results.cases.get(name) ?? {};
    return { ...one, status: one.status === 'valid' ? 'scored' : one.status, metrics };
  });
  return { scorer: { seconds, aggregates: results.aggregates, problem: null }, cases, names };
}

function scoringOf({ task: { scoring } }: ContainerRules): ContainerScoring {
  if (scoring.kind !== 'container') throw new Error('The task isn’t scored by a container.');
  return scoring;
}

async function loadScorer(
  sandbox: Sandbox,
  scratch: string,
  { file, scoring, signal }: { file: string; scoring: ContainerScoring; signal: AbortSignal },
): Promise<HeldImage> {
  const held = await loadImage(sandbox, scratch, {
    file,
    limits: scoring.limits,
    realm: REALM,
    signal,
  }).catch((error: unknown) => {
    if (!(error instanceof SubmissionError)) throw error;
    throw new CommandError(`The scorer ${file} can't be used (${error.code}): ${error.message}`);
  });
  try {
    if (isServer(held.image)) requireServers(sandbox.host);
    return held;
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}

type OpenTruth = () => AsyncIterable<FolderFile>;

async function openGroundTruth(source: string, signal: AbortSignal): Promise<OpenTruth> {
  try {
    const isFolder = (await stat(source)).isDirectory();
    const open: OpenTruth = () =>
      isFolder
        ? truthOfFolder(source)
        : truthOfArchive(createReadStream(source), { maxFileBytes: MAX_ARCHIVE_BYTES });
    for await (const _file of open()) signal.throwIfAborted();
    return open;
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    throw new CommandError(
      error instanceof ScorerProblem
        ? `${source}: ${message}`
        : `The ground truth ${source} can't be read: ${message}`,
    );
  }
}
