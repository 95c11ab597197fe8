import type { RunnerView, UnservedPhase } from '#lib/api/pages/organizer.ts';
import { phaseStatus } from '#lib/domain/phases/phase.ts';
import {
  describeWaitReason,
  isolationLayers,
  missingCapabilities,
  type RunnerCapabilities,
  type RunnerHost,
} from '#lib/domain/runners/capabilities.ts';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import { isSilent, SILENT_AFTER_MS } from '#lib/domain/runners/silence.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { runnerFromRow } from '#lib/platform/rows/runner.ts';
import { type PhaseWithTestSet, withTestSet } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * Each running runner holds connections to the database, which bounds their number. Rows of runners stay when their
 * hosts are gone, so only the last seen of these are shown.
 */
const MAX_RUNNERS = 200;
const SILENT_SHOWN = 20;

/**
 * The running runners and the silent ones that were seen last, by name, each with its capabilities, health and
 * current evaluation. Runners serve all challenges; null is an administrator, who sees what runs for each of them.
 */
export async function readRunners({ db, now }: Site, challengeId: string | null): Promise<RunnerView[]> {
  const at = now();
  const [rows, running] = await Promise.all([
    db.runner.findMany({ orderBy: { lastSeenAt: 'desc' }, take: MAX_RUNNERS }),
    findRunning(db),
  ]);
  const silent = ({ lastSeenAt }: { lastSeenAt: Date }) => isSilent(lastSeenAt, at);
  const shown = [...rows.filter((row) => !silent(row)), ...rows.filter(silent).slice(0, SILENT_SHOWN)];
  const runners = shown.sort((a, b) => (a.name < b.name ? -1 : 1)).map((row) => runnerFromRow(row));
  return runners.map((runner) => {
    const { id, name, recipient, lastSeenAt, host, health, drainRequestedAt, drainRequestedBy } = runner;
    const current = running.find(({ runnerId }) => runnerId === id);
    return {
      id,
      name,
      recipient,
      lastSeenAt: lastSeenAt.toISOString(),
      silent: silent(runner),
      host: host && hostView(host),
      health,
      drain: drainRequestedAt && { at: drainRequestedAt.toISOString(), by: drainRequestedBy ?? '' },
      evaluation: current ? runnerEvaluation(current, challengeId) : null,
    };
  });
}

interface Running {
  id: string;
  runnerId: string | null;
  caseCount: number;
  runningCases: number;
  leaseExpiresAt: Date | null;
  doneCases: number;
  submissionId: string;
  teamName: string;
  phaseTitle: string;
  challengeId: string;
}

/** Each runner has one running evaluation at most. */
function findRunning(db: Site['db']): Promise<Running[]> {
  return db.$queryRaw<Running[]>`
    SELECT evaluation.id, evaluation."runnerId", evaluation."caseCount", evaluation."runningCases",
      evaluation."leaseExpiresAt",
      evaluation."scoredCases" + evaluation."failedCases" AS "doneCases", submission.id AS "submissionId",
      team.name AS "teamName", phase.title AS "phaseTitle", phase."challengeId"
    FROM "Evaluation" evaluation
    JOIN "Submission" submission ON submission.id = evaluation."submissionId"
    JOIN "Team" team ON team.id = submission."teamId"
    JOIN "Phase" phase ON phase.id = submission."phaseId"
    WHERE evaluation.state = 'RUNNING' ORDER BY evaluation."startedAt" DESC LIMIT ${MAX_RUNNERS}`;
}

function hostView(host: RunnerHost): RunnerView['host'] {
  const { engine, ...capabilities } = host;
  return { ...capabilities, engineVersion: engine.version, layers: isolationLayers(host) };
}

function runnerEvaluation(
  {
    id,
    submissionId,
    teamName,
    phaseTitle,
    caseCount,
    runningCases,
    doneCases,
    leaseExpiresAt,
    ...of
  }: Running,
  challengeId: string | null,
): RunnerView['evaluation'] {
  const isOfChallenge = challengeId === null || of.challengeId === challengeId;
  return {
    id,
    of: isOfChallenge ? { submissionId, teamName, phaseTitle } : null,
    done: doneCases,
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
      const runnersMissing = live.map((runner) => ({
        name: runner.name,
        missing: missingForPhase(phase, { ...runner, capabilities: runner.host! }),
      }));
      if (runnersMissing.some(({ missing }) => missing.length === 0)) return [];
      return [{ phaseSlug: phase.slug, phaseTitle: phase.title, runners: runnersMissing }];
    });
}

/** What a runner lacks for a phase. */
export function missingForPhase(
  phase: PhaseWithTestSet,
  {
    recipient,
    capabilities,
    health,
  }: { recipient: string; capabilities: RunnerCapabilities; health: RunnerHealth | null },
): string[] {
  const { testSet } = phase;
  return [
    ...missingCapabilities(phase, capabilities),
    ...reportedMissing(health, phase.id),
    ...(testSet && testSet.recipient !== recipient ? ['the key of its test set'] : []),
  ];
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
