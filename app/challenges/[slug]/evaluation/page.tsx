import type { Metadata } from 'next';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { MetricCard } from '#components/evaluation/metric-card.tsx';
import { RulesTable } from '#components/evaluation/rules-table.tsx';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import { isMetricName, METRIC_NAMES, METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
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
  const connectivity = formatConnectivity(challenge.phaseRules);
  return (
    <>
      <ChallengeHeader challenge={challenge} current="evaluation" />
      <main id="main" className="wrap page-top">
        <h1>Evaluation</h1>
        <div className="prose soft summary">
          <p>
            Every case of a phase counts. The scorer compares each predicted mask with the true mask on the
            scan’s grid. If the container fails, or its output isn’t a valid mask on that grid, the case ranks
            last on every metric and counts as the metric’s worst value, so skipping hard cases doesn’t pay
            off.
          </p>
        </div>
        <div className="console-section">
          <RulesTable challenge={challenge} />
        </div>
        <section className="console-section" aria-labelledby="metrics">
          <h2 id="metrics">Metrics of this challenge</h2>
          <p className="soft narrow-text">
            P is the predicted foreground and T the true foreground: voxels above 0.5. A changed definition
            gets a new version, and scores keep the version they were computed with. The drawings show one
            slice of 1&nbsp;mm voxels, T as a solid line and P as a dashed line: a large lesion that is found
            but shifted, one that is only touched, two that are missed, and one false positive.
          </p>
          <div className="metrics">
            {used.map((name) => (
              <MetricCard key={name} metric={METRICS[name]} connectivity={connectivity} />
            ))}
          </div>
        </section>
        <OtherMetrics
          names={METRIC_NAMES.filter((name) => !used.includes(name))}
          connectivity={connectivity}
        />
      </main>
    </>
  );
}

function formatConnectivity(rules: readonly PhaseRules[]): string {
  const kinds = [...new Set(rules.map((phase) => `${phase.connectivity}-connected`))];
  return `${kinds.join(' or ')} voxels${kinds.length > 1 ? ', depending on the phase' : ''}`;
}

/** In the order in which the phases list them, ranked metrics first. */
function usedMetrics(rules: readonly PhaseRules[]): MetricName[] {
  const entries = rules.flatMap((phase) => phase.metrics);
  const ranked = entries.filter((entry) => entry.weight > 0);
  const names = [...ranked, ...entries].map((entry) => entry.metric);
  return [...new Set(names)].filter(isMetricName);
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
