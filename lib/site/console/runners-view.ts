import type { RunnerView, UnservedPhase } from '#lib/api/pages/organizer.ts';
import { phaseStatus } from '#lib/domain/phases/phase.ts';
import {
  describeWaitReason,
  isolationLayers,
  missingCapabilities,
  type RunnerHost,
} from '#lib/domain/runners/capabilities.ts';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import { isSilent, SILENT_AFTER_MS } from '#lib/domain/runners/silence.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { runnerFromRow } from '#lib/platform/rows/runner.ts';
import { type PhaseWithTestSet, withTestSet } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';

const currentEvaluation = {
  where: { state: 'RUNNING' },
  take: 1,
  include: { submission: { include: { team: true, phase: true } }, _count: { select: { caseScores: true } } },
} satisfies Prisma.Runner$evaluationsArgs;

type Running = Prisma.EvaluationGetPayload<{ include: typeof currentEvaluation.include }>;

/**
 * All runners by name, each with its capabilities, health and current evaluation. Runners serve all
 * challenges.
 */
export async function readRunners({ db, now }: Site, challengeId: string): Promise<RunnerView[]> {
  const rows = await db.runner.findMany({
    include: { evaluations: currentEvaluation },
    orderBy: { name: 'asc' },
  });
  const runners = rows.map((row) => runnerFromRow(row));
  return runners.map(({ id, name, recipient, lastSeenAt, host, health, evaluations: [running] }) => ({
    id,
    name,
    recipient,
    lastSeenAt: lastSeenAt.toISOString(),
    silent: isSilent(lastSeenAt, now()),
    host: host && hostView(host),
    health,
    evaluation: running ? runnerEvaluation(running, challengeId) : null,
  }));
}

function hostView(host: RunnerHost): RunnerView['host'] {
  const { engine, ...capabilities } = host;
  return { ...capabilities, engineVersion: engine.version, layers: isolationLayers(host) };
}

function runnerEvaluation(
  { id, submission, caseCount, runningCases, leaseExpiresAt, _count }: Running,
  challengeId: string,
): RunnerView['evaluation'] {
  const { team, phase } = submission;
  const isOfChallenge = phase.challengeId === challengeId;
  return {
    id,
    of: isOfChallenge ? { submissionId: submission.id, teamName: team.name, phaseTitle: phase.title } : null,
    done: _count.caseScores,
    caseCount,
    running: runningCases,
    leaseExpiresAt: leaseExpiresAt?.toISOString() ?? null,
  };
}

/**
 * Open and upcoming phases that no active runner can serve, by the same rules by which runners skip phases.
 * Empty if no runner is active; the console reports that separately.
 */
export function unservedPhases(
  phases: readonly PhaseWithTestSet[],
  runners: readonly RunnerView[],
  now: Date,
): UnservedPhase[] {
  const live = runners.filter(({ silent, host }) => !silent && host !== null);
  if (live.length === 0) return [];
  return phases
    .filter((phase) => phaseStatus(phase, now) !== 'closed')
    .flatMap((phase): UnservedPhase[] => {
      const { testSet } = phase;
      const runnersMissing = live.map(({ name, recipient, host, health }) => ({
        name,
        missing: [
          ...missingCapabilities(phase, host!),
          ...reportedMissing(health, phase.id),
          ...(testSet && testSet.recipient !== recipient ? ['the key of its test set'] : []),
        ],
      }));
      if (runnersMissing.some(({ missing }) => missing.length === 0)) return [];
      return [{ phaseSlug: phase.slug, phaseTitle: phase.title, runners: runnersMissing }];
    });
}

function reportedMissing(health: RunnerHealth | null, phaseId: string): string[] {
  return (health?.unsupported ?? []).filter((found) => found.phaseId === phaseId).map(({ needs }) => needs);
}

/** Why no runner can take an evaluation that none works on; null if one can. */
export async function readWaitReason(
  { db, now }: Pick<Site, 'db' | 'now'>,
  { id }: { id: string },
): Promise<string | null> {
  const [row, runners] = await Promise.all([
    db.phase.findFirstOrThrow({
      where: { submissions: { some: { evaluations: { some: { id } } } } },
      include: withTestSet,
    }),
    db.runner.findMany({ where: { lastSeenAt: { gte: new Date(now().getTime() - SILENT_AFTER_MS) } } }),
  ]);
  const phase = phaseFromRow(row);
  const { testSet } = phase;
  const candidates = runners
    .map((runner) => runnerFromRow(runner))
    .flatMap(({ capabilities, recipient, health }) => {
      const found = reportedMissing(health, phase.id);
      return capabilities ? [{ capabilities, hasKey: testSet?.recipient === recipient, found }] : [];
    });
  return describeWaitReason(phase, candidates);
}
