import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { PhaseSummary, QuotaView } from '#lib/api/phases.ts';
import { phaseStatus, takesLate } from '#lib/domain/phases/phase.ts';
import type { Quota } from '#lib/domain/phases/quota/quota.ts';
import { usedUp } from '#lib/domain/phases/quota/used-up.ts';
import { publicRulesOf } from '#lib/domain/phases/rules.ts';
import { averageOf } from '#lib/domain/phases/settings.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';

/** Included with every phase: the number of its cases, and whose key can open them. */
export const withTestSet = { testSet: { select: { caseCount: true, recipient: true } } } as const;
export type PhaseWithTestSet = Phase & { testSet: { caseCount: number; recipient: string } | null };

export function phaseSummary(phase: PhaseWithTestSet, now: Date): PhaseSummary {
  return {
    id: phase.id,
    slug: phase.slug,
    title: phase.title,
    kind: phase.kind,
    status: phaseStatus(phase, now),
    zone: phase.zone,
    opensAt: phase.opensAt.toISOString(),
    closesAt: phase.closesAt.toISOString(),
    late: phase.acceptsLate ? { until: isoOrNull(phase.lateUntil), isOpen: takesLate(phase, now) } : null,
    caseCount: phase.testSet?.caseCount ?? null,
  };
}

/** The public settings of a phase. An open phase always shows the scores of single cases. */
export function phaseRules(phase: Phase): PhaseRules {
  const rules = publicRulesOf(phase);
  return {
    phaseSlug: phase.slug,
    ...rules,
    showsCaseScores: rules.kind === 'OPEN' || rules.showsCaseScores,
  };
}

/** The phase's metrics with their current definitions, the primary one first. */
export function leaderboardMetrics(phase: Phase): LeaderboardMetric[] {
  return phase.metrics.map(({ metric, weight }) => {
    const { key, hasConnectivity, label, unit, better, version, decimals, range, over } = requireMetric(
      phase.task,
      metric,
    );
    const connectivity = hasConnectivity ? phase.connectivity : null;
    return {
      ...{ metric: key, label, unit, better, version, connectivity, weight, decimals, over },
      range: [...range],
    };
  });
}

/** "Dice", "Dice (median)" */
export function labelWithAverage(
  { label, over }: Pick<LeaderboardMetric, 'label' | 'over'>,
  summary: Phase['summary'],
): string {
  return summary === 'MEAN' || over === 'set' ? label : `${label} (${averageOf({ summary })})`;
}

export function quotaView(quota: Quota): QuotaView {
  const { resetsAt, rolling, ...counts } = quota;
  const used = usedUp(quota);
  return {
    ...counts,
    resetsAt: resetsAt.toISOString(),
    rolling: rolling && { ...rolling, freeAt: isoOrNull(rolling.freeAt) },
    usedUp: used && { ...used, at: isoOrNull(used.at) },
  };
}

function isoOrNull(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}

export const SHORT_ID_LENGTH = 8;

/** The end of an ID, for display: UUIDs of version 7 differ at their end. */
export function shortId(id: string): string {
  return id.slice(-SHORT_ID_LENGTH);
}
