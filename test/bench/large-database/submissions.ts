import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import type { Database } from '#lib/platform/database.ts';
import { evaluateCases, type SyntheticResult } from './case-results.ts';
import { CASES, type SeededPhase } from './challenges.ts';
import type { Random } from './random.ts';

/** Shares of the scored submissions that come on top of them. */
const FAILED_SHARE = 0.02;
const CANCELLED_SHARE = 0.01;
/** A platform error ended the first attempt of so many scored ones. */
const RERUN_SHARE = 0.01;
/** In each open phase. */
const QUEUED = 13;
const RUNNING = 2;
const RUNNING_CASES = 70;
/** Time per case, and from the submission to its start. */
const CASE_MS = 5000;
const WAIT_MS = 60_000;
const IMAGE_CODES: readonly SubmissionErrorCode[] = ['IMAGE_INVALID', 'NO_ENTRYPOINT', 'IMAGE_TOO_LARGE'];

/** An attempt with its results: what the tables of evaluations and scores get. */
export interface Attempt {
  id: string;
  phase: SeededPhase;
  submissionId: string;
  state: EvaluationState;
  code: string | null;
  createdAt: Date;
  runnerId: string | null;
  cases: SyntheticResult[];
}

interface PlannedSubmission {
  phase: SeededPhase;
  state: EvaluationState;
  createdAt: Date;
}

/** Creates submissions with their images and audit events, in order of submission. */
export async function createSubmissions(
  db: Database,
  { random, phases, now }: { random: Random; phases: readonly SeededPhase[]; now: Date },
): Promise<SeededSubmission[]> {
  const planned = phases
    .flatMap((phase) => planSubmissions(random, phase, now))
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const rows = planned.map((plan) => describe(random, plan));
  await db.image.createMany({
    data: rows.map(({ imageId, team, createdAt, algorithm }) => ({
      ...{ id: imageId, teamId: team.id, createdAt, sha256: random.hex(64) },
      ...{
        fileName: `${algorithm.replace(' ', '-')}.tar.gz`,
        bytes: BigInt(10 ** 8 + random.below(2 ** 32)),
      },
    })),
  });
  await db.submission.createMany({
    data: rows.map(({ id, phase, team, userId, imageId, algorithm, createdAt }) => ({
      ...{ id, phaseId: phase.id, teamId: team.id, userId, imageId, algorithm, createdAt },
    })),
  });
  await db.auditEvent.createMany({
    data: rows.map(({ id, phase, team, createdAt: at }) => ({
      ...{
        id: random.uuid(at),
        at,
        actor: 'A member',
        action: 'submission.create',
        challengeId: phase.challengeId,
      },
      detail: { submission: id, team: team.slug, phase: phase.slug },
    })),
  });
  return rows;
}

function planSubmissions(random: Random, phase: SeededPhase, now: Date): PlannedSubmission[] {
  const open = phase.endsAt >= now;
  const counts: [EvaluationState, number][] = [
    ['SCORED', phase.submissions],
    ['FAILED', Math.round(phase.submissions * FAILED_SHARE)],
    ['CANCELLED', Math.round(phase.submissions * CANCELLED_SHARE)],
  ];
  // Ended an hour ago at the latest, so that the queue has the newest ones.
  const lengthMs = phase.endsAt.getTime() - phase.opensAt.getTime() - 3_600_000;
  const ended = counts.flatMap(([state, count]) =>
    Array.from({ length: count }, () => {
      return { phase, state, createdAt: new Date(phase.opensAt.getTime() + random.uniform() * lengthMs) };
    }),
  );
  const waiting = (['RUNNING', 'QUEUED'] as const).flatMap((state) =>
    Array.from({ length: open ? { RUNNING, QUEUED }[state] : 0 }, (_, place) => {
      const agoMs = (state === 'RUNNING' ? 1_800_000 : 900_000) - place * 10_000;
      return { phase, state, createdAt: new Date(now.getTime() - agoMs) };
    }),
  );
  return [...ended, ...waiting];
}

export type SeededSubmission = ReturnType<typeof describe>;

function describe(random: Random, plan: PlannedSubmission) {
  const { phase, createdAt } = plan;
  // The most active team has some ten times as many submissions as the least active one.
  const team = phase.teams[Math.floor(phase.teams.length * random.uniform() ** 1.7)]!;
  const progress =
    (createdAt.getTime() - phase.opensAt.getTime()) / (phase.endsAt.getTime() - phase.opensAt.getTime());
  return {
    ...plan,
    id: random.uuid(createdAt),
    team,
    userId: random.pick(team.members),
    imageId: random.uuid(createdAt),
    algorithm: `${random.pick(['unet', 'nnunet', 'swin-unetr', 'threshold', 'ensemble'])} ${random.below(9)}.${random.below(99)}`,
    skill: team.skill + 0.5 * progress + 0.3 * random.normal(),
  };
}

/** The attempts of a submission with the results of their cases, the last one with the state of the submission. */
export function attemptsOf(
  random: Random,
  submission: SeededSubmission,
  runnerIds: readonly string[],
): Attempt[] {
  const { state, phase, createdAt, skill } = submission;
  const attempt = (change: Pick<Attempt, 'state'> & Partial<Attempt>): Attempt => ({
    ...{ id: random.uuid(createdAt), phase, submissionId: submission.id, createdAt },
    ...{ code: null, cases: [], runnerId: random.pick(runnerIds) },
    ...change,
  });
  switch (state) {
    case 'SCORED': {
      const again = random.chance(RERUN_SHARE);
      const later = new Date(createdAt.getTime() + WAIT_MS);
      const scored = { state, cases: evaluateCases(random, phase.cases, skill) };
      if (!again) return [attempt(scored)];
      return [attempt({ state: 'FAILED', code: 'ENGINE_LOST' }), attempt({ ...scored, createdAt: later })];
    }
    case 'RUNNING':
      return [attempt({ state, cases: evaluateCases(random, phase.cases, skill).slice(0, RUNNING_CASES) })];
    case 'FAILED':
      return [attempt({ state, code: random.pick(IMAGE_CODES) })];
    default:
      return [attempt({ state, runnerId: null })];
  }
}

/** The columns of the evaluation's row. */
export function evaluationRow({ id, submissionId, state, code, createdAt, runnerId, cases }: Attempt) {
  const failed = cases.filter(({ status }) => status !== 'SCORED');
  const startedAt = runnerId === null ? null : new Date(createdAt.getTime() + WAIT_MS);
  const isFinal = state !== 'QUEUED' && state !== 'RUNNING';
  return {
    ...{ id, submissionId, state, code, createdAt, runnerId, startedAt },
    message: code === null ? null : 'What the runner said about it.',
    caseCount: CASES,
    leaseToken: state === 'RUNNING' ? id : null,
    runningCases: state === 'RUNNING' ? 2 : 0,
    scoredCases: cases.length - failed.length,
    failedCases: failed.length,
    caseCodes: [...new Set(failed.flatMap((one) => one.code ?? []))],
    imageReadyAt: cases.length > 0 ? startedAt : null,
    finishedAt: isFinal ? new Date((startedAt ?? createdAt).getTime() + cases.length * CASE_MS) : null,
  };
}

/** When the result of a case was recorded. */
export function recordedAt({ createdAt }: Attempt, caseIndex: number): Date {
  return new Date(createdAt.getTime() + WAIT_MS + (caseIndex + 1) * CASE_MS);
}
