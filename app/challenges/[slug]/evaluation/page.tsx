import type { Metadata } from 'next';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { MetricCard } from '#components/evaluation/metric-card.tsx';
import { RulesTable } from '#components/evaluation/rules-table.tsx';
import { ValueMetricCard } from '#components/evaluation/value-metric-card.tsx';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import { METRIC_NAMES, METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
import { listLabels } from '#lib/domain/phases/phase-metrics.ts';
import { isAggregate, maskMetricName, metricOf, type TaskMetric } from '#lib/domain/tasks/task-metrics.ts';
import { counted } from '#lib/domain/units.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Evaluation, ${challenge.title}` };
}

export default async function EvaluationPage({ params }: Props) {
  const { challenge } = await readChallenge((await params).slug);
  const used = usedMetrics(challenge.phaseRules);
  const masks = [
    ...new Set(used.flatMap(({ kind, metric }) => (kind === 'mask' ? maskMetricName(metric.key) : []))),
  ];
  const others = used.filter(({ kind }) => kind === 'other');
  const aggregates = others.map(({ metric }) => metric).filter(isAggregate);
  const connectivity = formatConnectivity(challenge.phaseRules);
  return (
    <>
      <ChallengeHeader challenge={challenge} current="evaluation" />
      <main id="main" className="wrap page-top">
        <h1>Evaluation</h1>
        <div className="prose soft summary">
          <p>
            Every case of a phase counts.
            {masks.length > 0
              ? ' The scorer compares each predicted mask with the true mask on the grid of its image.'
              : ''}{' '}
            If the container fails, or an output that is needed is missing or invalid, the case ranks last on
            every metric and counts as the metric’s worst value, so skipping hard cases doesn’t pay off.
          </p>
          {aggregates.length > 0 ? <AggregatesNote metrics={aggregates} /> : null}
        </div>
        <div className="console-section">
          <RulesTable challenge={challenge} />
        </div>
        <section className="console-section" aria-labelledby="metrics">
          <h2 id="metrics">Metrics of this challenge</h2>
          <p className="soft narrow-text">
            {masks.length > 0
              ? 'P is the predicted foreground and T the true foreground: voxels above 0.5, or those of a label. '
              : ''}
            {others.some(({ metric }) => metric.formula !== null)
              ? 'p is the predicted value and t the true one. '
              : ''}
            A changed definition gets a new version, and scores keep the version they were computed with.
            {masks.length > 0
              ? ' The drawings show one slice of 1\u00a0mm voxels, T as a solid line and P as a dashed line: a large lesion that is found but shifted, one that is only touched, two that are missed, and one false positive.'
              : ''}
          </p>
          <div className="metrics">
            {masks.map((name) => (
              <MetricCard key={name} metric={METRICS[name]} connectivity={connectivity} />
            ))}
            {others.map(({ metric }) => (
              <ValueMetricCard key={metric.key} metric={metric} />
            ))}
          </div>
        </section>
        {masks.length > 0 ? (
          <OtherMetrics
            names={METRIC_NAMES.filter((name) => !masks.includes(name))}
            connectivity={connectivity}
          />
        ) : null}
      </main>
    </>
  );
}

function AggregatesNote({ metrics }: { metrics: readonly TaskMetric[] }) {
  return (
    <p>
      One failed case costs {metrics.length === 1 ? 'a whole metric' : 'whole metrics'}:{' '}
      {listLabels(metrics.map(({ label }) => label))}. The organizers’ scorer computes{' '}
      {metrics.length === 1 ? 'it' : 'them'} over all cases at once and can’t include a failed one, so{' '}
      {metrics.length === 1 ? 'it counts as its worst value' : 'each counts as its worst value'} then.
    </p>
  );
}

function formatConnectivity(rules: readonly PhaseRules[]): string {
  const kinds = [...new Set(rules.map((phase) => `${phase.connectivity}-connected`))];
  return `${kinds.join(' or ')} voxels${kinds.length > 1 ? ', depending on the phase' : ''}`;
}

interface UsedMetric {
  kind: 'mask' | 'other';
  metric: TaskMetric;
}

/** In the order in which the phases list them, ranked metrics first; each key once. */
function usedMetrics(rules: readonly PhaseRules[]): UsedMetric[] {
  const entries = rules.flatMap(({ task, metrics }) =>
    metrics.flatMap(({ metric: key, weight }) => {
      const metric = metricOf(task, key);
      const kind = task.scoring.kind === 'segmentation' ? ('mask' as const) : ('other' as const);
      return metric ? [{ kind, metric, weight }] : [];
    }),
  );
  const ordered = [...entries.filter(({ weight }) => weight > 0), ...entries];
  return [...new Map(ordered.map((entry) => [entry.metric.key, entry])).values()];
}

/** Collapsed, because this challenge doesn’t use them. */
function OtherMetrics({ names, connectivity }: { names: readonly MetricName[]; connectivity: string }) {
  if (names.length === 0) return null;
  return (
    <details className="disclosure console-section">
      <summary>
        {counted(names.length, 'other metric')} that the scorer computes but this challenge doesn’t use
      </summary>
      <div className="metrics">
        {names.map((name) => (
          <MetricCard key={name} metric={METRICS[name]} connectivity={connectivity} />
        ))}
      </div>
    </details>
  );
}
