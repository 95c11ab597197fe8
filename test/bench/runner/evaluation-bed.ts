import { metricScores } from '#lib/domain/evaluations/metric-scores.ts';
import { claimEvaluation, readClaimedEvaluation } from '#lib/evaluations/claim-evaluation.ts';
import { expirePredictions } from '#lib/evaluations/expire-predictions.ts';
import { findUnsupportedPhases, type RunnerProfile } from '#lib/evaluations/find-unsupported-phases.ts';
import { finishScored, requeueAbandoned } from '#lib/evaluations/finish-evaluation.ts';
import { recordCase } from '#lib/evaluations/record-progress.ts';
import { registerRunner } from '#lib/evaluations/register-runner.ts';
import { type EvaluationQueue, openQueue, sendEvaluation, workQueue } from '#lib/platform/queue/queue.ts';
import {
  evaluateCases,
  METRIC_INFOS_OF_PHASES,
  type SyntheticResult,
  syntheticCases,
  WORST,
} from '#test/bench/large-database/case-results.ts';
import { CASES, LARGE_CHALLENGE, MAIN_PHASE, RECIPIENT } from '#test/bench/large-database/challenges.ts';
import { Random } from '#test/bench/large-database/random.ts';
import type { TestDatabase } from '#test/support/database.ts';

/** What the site and a runner do in the database for an evaluation, and the chores of a runner. */
export const STEPS = ['queue', 'deliver', 'claim', 'record', 'finish', 'requeue', 'expire'] as const;
export type Step = (typeof STEPS)[number];
/** Durations in ms. */
export type Timings = Record<Step, number[]>;

const PROFILE: RunnerProfile = {
  ...{
    recipient: RECIPIENT,
    cpus: 16,
    memoryMib: 65_536,
    gvisorRuntime: null,
    gpus: [],
    outputDiskMib: null,
  },
  contracts: ['EXEC', 'INVOKE', 'BATCH'],
};
const LEASE_SECONDS = 60;

/** Times the steps on a database with the challenges of a large one. */
export class EvaluationBed {
  readonly timings = Object.fromEntries(STEPS.map((step): [Step, number[]] => [step, []])) as Timings;
  readonly #database: TestDatabase;
  readonly #queue: EvaluationQueue;
  readonly #runnerId: string;
  readonly #random = new Random(1);
  readonly #results: SyntheticResult[];

  private constructor(database: TestDatabase, queue: EvaluationQueue, runnerId: string) {
    this.#database = database;
    this.#queue = queue;
    this.#runnerId = runnerId;
    this.#results = evaluateCases(this.#random, syntheticCases(this.#random, CASES), 0);
  }

  static async open(database: TestDatabase): Promise<EvaluationBed> {
    const queue = await openQueue(database.runnerUrl, { purpose: 'send', onError: () => undefined });
    const runner = { name: 'bench', recipient: RECIPIENT, host: {} };
    return new EvaluationBed(database, queue, await registerRunner(database.runner, runner));
  }

  async close(): Promise<void> {
    await this.#queue.stop({ graceful: false });
  }

  /** Submits an evaluation, evaluates the next one of the queue, and does the chores. */
  async evaluateOne(): Promise<void> {
    const { runner, site } = this.#database;
    const id = await this.#submit();
    await this.#timed('queue', () => site.$transaction((tx) => sendEvaluation(this.#queue, tx, id)));
    await this.#work();
    await this.#timed('requeue', () =>
      requeueAbandoned(runner, this.#queue, { runnerId: null, graceSeconds: LEASE_SECONDS }),
    );
    await this.#timed('expire', () => expirePredictions(runner));
  }

  async #submit(): Promise<string> {
    const { owner } = this.#database;
    const phase = await owner.phase.findFirstOrThrow({
      where: { slug: MAIN_PHASE, challenge: { slug: LARGE_CHALLENGE } },
      include: {
        challenge: { include: { registrations: { include: { team: { include: { members: true } } } } } },
      },
    });
    const { teamId, team } = this.#random.pick(phase.challenge.registrations);
    const file = { fileName: 'bench.tar', bytes: 10n, sha256: this.#random.hex(64) };
    const { id: imageId } = await owner.image.create({ data: { teamId, ...file } });
    const names = { phaseId: phase.id, teamId, userId: team.members[0]!.userId, imageId, algorithm: 'bench' };
    const { evaluations } = await owner.submission.create({
      data: { ...names, evaluations: { create: { caseCount: CASES } } },
      include: { evaluations: true },
    });
    return evaluations[0]!.id;
  }

  /** Evaluates the next evaluation of the queue, as the work loop of a runner does. */
  async #work(): Promise<void> {
    const delivered = Promise.withResolvers<void>();
    const done = new AbortController();
    const stop = (error: Error | null) => {
      if (error) delivered.reject(error);
      done.abort();
    };
    const options = {
      readRefusedPhases: () => findUnsupportedPhases(this.#database.runner, PROFILE),
      watch: () => () => undefined,
      onError: stop,
      signal: done.signal,
    };
    const evaluated = Promise.withResolvers<void>();
    const working = workQueue(this.#queue, options, async (evaluationId) => {
      delivered.resolve();
      await this.#evaluate(evaluationId).then(evaluated.resolve, evaluated.reject);
      stop(null);
    });
    await this.#timed('deliver', () => delivered.promise);
    await Promise.all([evaluated.promise, working]);
  }

  async #evaluate(evaluationId: string): Promise<void> {
    const { runner } = this.#database;
    const lease = await this.#timed('claim', async () => {
      const claim = { evaluationId, runnerId: this.#runnerId, leaseSeconds: LEASE_SECONDS };
      const claimed = await claimEvaluation(runner, claim);
      if (!claimed) throw new Error(`Evaluation ${evaluationId} can't be claimed.`);
      await readClaimedEvaluation(runner, claimed);
      return claimed;
    });
    for (const result of this.#results) {
      await this.#timed('record', () => recordCase(runner, lease, { ...UNREMARKABLE, ...result }, 2));
    }
    const scores = metricScores(this.#results, METRIC_INFOS_OF_PHASES, WORST);
    await this.#timed('finish', () => finishScored(runner, lease, scores));
  }

  async #timed<Result>(step: Step, work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const result = await work();
    this.timings[step].push(performance.now() - startedAt);
    return result;
  }
}

const UNREMARKABLE = {
  ...{ message: null, predictionBlob: null, log: null, outputMark: null },
  ...{ seconds: 5, peakMemoryBytes: 500_000_000, exitCode: 0 },
};
