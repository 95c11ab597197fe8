import type { RunnerView, UnservedPhase } from '#lib/api/views.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import { limitsSchema } from '#lib/domain/phases/limits.ts';
import { phaseStatus } from '#lib/domain/phases/phase.ts';
import {
  isolationLayers,
  missingCapabilities,
  runnerCapabilitiesSchema,
  runnerHostSchema,
  waitsFor,
} from '#lib/domain/runners/capabilities.ts';
import { type RunnerHealth, runnerHealthSchema } from '#lib/domain/runners/health.ts';
import type { Site } from '#lib/site/site.ts';
import type { Phase, Prisma } from '#prisma-client';

/** Runners report every few seconds. */
const SILENT_AFTER_MS = 60_000;

const underWay = {
  where: { state: 'RUNNING' },
  take: 1,
  include: { submission: { include: { team: true, phase: true } }, _count: { select: { caseScores: true } } },
} satisfies Prisma.Runner$evaluationsArgs;

type Running = Prisma.EvaluationGetPayload<{ include: typeof underWay.include }>;

/** Every runner with what it has, how it is and what it does, by name. Runners serve all challenges. */
export async function readRunners({ db, now }: Site, challengeId: string): Promise<RunnerView[]> {
  const rows = await db.runner.findMany({ include: { evaluations: underWay }, orderBy: { name: 'asc' } });
  return rows.map(({ id, name, recipient, lastSeenAt, host, health, evaluations: [running] }) => ({
    id,
    name,
    recipient,
    lastSeenAt: lastSeenAt.toISOString(),
    silent: now().getTime() - lastSeenAt.getTime() > SILENT_AFTER_MS,
    host: hostView(host),
    health: runnerHealthSchema.safeParse(health).data ?? null,
    evaluation: running ? evaluationOf(running, challengeId) : null,
  }));
}

function hostView(recorded: unknown): RunnerView['host'] {
  const host = runnerHostSchema.safeParse(recorded).data;
  if (!host) return null;
  const { engine, ...capabilities } = host;
  return { ...capabilities, engineVersion: engine.version, layers: isolationLayers(host) };
}

function evaluationOf(
  { id, submission, caseCount, runningCases, _count }: Running,
  challengeId: string,
): RunnerView['evaluation'] {
  const { team, phase } = submission;
  const ours = phase.challengeId === challengeId;
  return {
    id,
    of: ours ? { submissionId: submission.id, teamName: team.name, phaseTitle: phase.title } : null,
    done: _count.caseScores,
    caseCount,
    running: runningCases,
  };
}

/**
 * Phases that are not over and that no runner can serve, by the rule by which runners leave them. Where no
 * runner reports itself at all there is nothing to compare, and that is said elsewhere.
 */
export function unservedPhases(
  phases: readonly (Phase & { testSet: { recipient: string; caseCount: number } | null })[],
  runners: readonly RunnerView[],
  now: Date,
): UnservedPhase[] {
  const live = runners.filter(({ silent, host }) => !silent && host !== null);
  if (live.length === 0) return [];
  return phases
    .filter((phase) => phaseStatus(phase, now) !== 'closed')
    .flatMap((phase): UnservedPhase[] => {
      const { testSet } = phase;
      const demands = { ...phase, limits: limitsSchema.parse(phase.limits) };
      const missing = live.map(({ name, recipient, host, health }) => ({
        name,
        missing: [
          ...missingCapabilities(demands, host!),
          ...foundMissing(health, phase.id),
          ...(testSet && testSet.recipient !== recipient ? ['the key of its test set'] : []),
        ],
      }));
      if (missing.some(({ missing }) => missing.length === 0)) return [];
      return [{ phaseSlug: phase.slug, phaseTitle: phase.title, runners: missing }];
    });
}

function foundMissing(health: RunnerHealth | null | undefined, phaseId: string): string[] {
  return (health?.unsupported ?? []).filter((found) => found.phaseId === phaseId).map(({ needs }) => needs);
}

/** Why no runner takes a waiting evaluation; null where one can. */
export async function readWaitsFor(
  { db, now }: Pick<Site, 'db' | 'now'>,
  { id, state }: { id: string; state: EvaluationState },
): Promise<string | null> {
  if (state !== 'QUEUED') return null;
  const [phase, runners] = await Promise.all([
    db.phase.findFirstOrThrow({
      where: { submissions: { some: { evaluations: { some: { id } } } } },
      include: { testSet: { select: { recipient: true, caseCount: true } } },
    }),
    db.runner.findMany({ where: { lastSeenAt: { gt: new Date(now().getTime() - SILENT_AFTER_MS) } } }),
  ]);
  const { testSet } = phase;
  const candidates = runners.flatMap(({ host, recipient, health }) => {
    const capabilities = runnerCapabilitiesSchema.safeParse(host).data;
    const found = foundMissing(runnerHealthSchema.safeParse(health).data, phase.id);
    return capabilities ? [{ capabilities, hasKey: testSet?.recipient === recipient, found }] : [];
  });
  return waitsFor({ ...phase, limits: limitsSchema.parse(phase.limits) }, candidates);
}
