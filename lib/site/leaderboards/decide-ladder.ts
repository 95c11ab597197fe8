import { withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { replacesShown } from '#lib/domain/disclosure/ladder.ts';
import { decodeCaseValues } from '#lib/domain/evaluations/case-values.ts';
import { caseValue } from '#lib/domain/metrics/aggregate.ts';
import { countingSubmissions } from '#lib/domain/ranking/counting.ts';
import { costOf } from '#lib/domain/ranking/ranks.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { notifyEvaluationChanged } from '#lib/platform/notifications.ts';
import type { ScoredEvaluation } from '#lib/platform/rows/scored-evaluations.ts';
import { type RankedPhase, toCounting } from './ranked-phase.ts';

/**
 * Decides, in the order in which they were scored, which submissions of a ladder phase are shown. A decision is recorded
 * once and for all: the site's database role can't change it.
 *
 * @param found the scored submissions, with their means over the cases that aren't held back.
 */
export async function decideLadder(
  db: Database,
  phase: RankedPhase,
  found: readonly ScoredEvaluation[],
  heldBack: readonly boolean[],
): Promise<void> {
  const { metric } = phase.metrics[0]!;
  const { better } = requireMetric(phase.task, metric);
  const valuesOf = await readValues(db, phase, found, heldBack);
  await db.$transaction(async (tx) => {
    // Two processes may compute the ranking at the same time.
    await lockUntilCommit(tx, `ladder of ${phase.id}`);
    const decided = await readDecisions(tx, phase.id);
    const open = found.filter(({ submission }) => !decided.has(submission.id)).toSorted(byScored);
    for (const evaluation of open) {
      const { team, id: submissionId } = evaluation.submission;
      const own = found.filter(
        (other) => other.submission.team.slug === team.slug && decided.get(other.submission.id),
      );
      const [shown] = countingSubmissions(own.map(toCounting), { counting: 'BEST', better });
      const isShown =
        shown === undefined ||
        replacesShown(
          gainsOf(valuesOf.get(evaluation.id)!, valuesOf.get(shown.evaluation.id)!, (value) =>
            costOf(value, better),
          ),
          // The definition asks for it in a ladder phase.
          phase.submissionsOfAllTeams!,
        );
      decided.set(submissionId, isShown);
      await tx.ladderDecision.create({ data: { submissionId, isShown } });
      await notifyEvaluationChanged(tx, evaluation.id);
    }
  });
}

function byScored(one: ScoredEvaluation, other: ScoredEvaluation): number {
  const time = ({ finishedAt }: ScoredEvaluation) => finishedAt?.getTime() ?? 0;
  return time(one) - time(other) || (one.submission.id < other.submission.id ? -1 : 1);
}

async function readDecisions(tx: Transaction, phaseId: string): Promise<Map<string, boolean>> {
  const rows = await tx.ladderDecision.findMany({ where: { submission: { phaseId } } });
  return new Map(rows.map(({ submissionId, isShown }) => [submissionId, isShown]));
}

/** Of each evaluation, the value of the primary metric on the cases that aren't held back; null where none can have one. */
type Values = readonly (number | null)[];

async function readValues(
  db: Database,
  { metrics, task, testSet }: RankedPhase,
  found: readonly ScoredEvaluation[],
  heldBack: readonly boolean[],
): Promise<Map<string, Values>> {
  const { metric } = metrics[0]!;
  const worst = worstOf(task, testSet.worst)[metric]!;
  const rows = await db.caseValues.findMany({
    where: { metric, evaluationId: { in: found.map(({ id }) => id) } },
  });
  return new Map(
    rows.map(({ evaluationId, values }) => {
      const cases = decodeCaseValues(new Map([[metric, values]]), testSet.caseCount);
      const own = withoutHeldBack(cases, heldBack).map((one) => {
        const value = caseValue(one, metric);
        if (value === 'undefined') return null;
        return typeof value === 'number' ? value : worst;
      });
      return [evaluationId, own];
    }),
  );
}

/** The improvement on each case that counts for both. */
function gainsOf(values: Values, shown: Values, cost: (value: number) => number): number[] {
  return values.flatMap((value, index) => {
    const before = shown[index];
    return value === null || before === null || before === undefined ? [] : [cost(before) - cost(value)];
  });
}
