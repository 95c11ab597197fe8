import { expect } from 'vitest';
import type { PlatformErrorCode } from '#lib/domain/evaluations/codes.ts';
import { costsQuota } from '#lib/domain/phases/quota/quota.ts';
import { caseScoreFromRow } from '#lib/platform/rows/case-score.ts';
import { discloseEvaluation } from '#lib/site/submissions/disclosure/disclose-evaluation.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { disclosedPhase } from '#test/support/disclosed-phase.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { type EvaluationRow, EXPECTED_DICE } from '#test/support/runner-scene.ts';

/** The evaluation before and after an infrastructure failure, and what is expected. */
export interface Recovery {
  /** The evaluation at the time of the failure; null if it came before the claim. */
  before: EvaluationRow | null;
  after: EvaluationRow;
  caseCount: number;
  requeues: number;
  /** The platform error that the team sees; null if the evaluation wasn't affected. */
  platformCode: PlatformErrorCode | null;
}

/**
 * Checks that the evaluation is scored, every case exactly once, that recorded cases are unchanged, and that
 * the team has used no quota.
 */
export function expectNothingLost({ before, after, caseCount, requeues, platformCode }: Recovery): void {
  expect(after).toMatchObject({ state: 'SCORED', code: null, message: null, leaseToken: null });
  expect(after).toMatchObject({ requeues, platformCode, runningCases: 0 });
  expect(after.caseScores.map(({ caseIndex }) => caseIndex).sort()).toEqual([...Array(caseCount).keys()]);
  for (const { status, metrics } of after.caseScores)
    expect([status, metrics]).toEqual(['SCORED', expect.objectContaining({ dice: EXPECTED_DICE })]);
  for (const kept of before?.caseScores ?? [])
    expect(after.caseScores.find(({ caseIndex }) => caseIndex === kept.caseIndex)).toEqual(kept);
  const means = Object.fromEntries(after.scores.map(({ metric, mean, n }) => [metric, [mean, n]]));
  expect(means).toEqual({ dice: [EXPECTED_DICE, caseCount], volume_difference: [0.02, caseCount] });
  const shown = discloseEvaluation(
    {
      evaluation: after,
      cases: after.caseScores.map((row) => caseScoreFromRow(row)),
      scores: after.scores,
      ladder: null,
      queue: null,
      waitsFor: null,
      silence: null,
      isFree: false,
      attempts: [after],
      now: new Date(),
    },
    {
      audience: 'team',
      phase: disclosedPhase(),
      decimals: 3,
      metrics: [],
      heldBack: [],
      pseudonymousId: String,
    },
  );
  expect(shown).toMatchObject({ error: null, caseErrors: [], requeues });
  expect(shown.platformError?.code ?? null).toBe(platformCode);
  // Even if it had ended with this platform error, it would have used no quota.
  const { startedAt } = after;
  const ended = { state: 'FAILED', code: platformCode, startedAt, platformCode } as const;
  if (platformCode) expect(costsQuota([ended])).toBe(false);
  // And so would it have if it had been cancelled at any time after that.
  if (platformCode) expect(costsQuota([{ ...ended, state: 'CANCELLED', code: null }])).toBe(false);
}

/** Checks that no container of the evaluation and no mount below `folder` is left. */
export async function expectNothingLeftBehind(
  evaluationId: string,
  folder: string,
  engine = openEngine(),
): Promise<void> {
  expect(await engine.listContainers(`heldout.evaluation=${evaluationId}`)).toEqual([]);
  expect(mountsBelow(folder)).toEqual([]);
}
