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
  const connectivities = [...new Set(challenge.phaseRules.map((rules) => `${rules.connectivity}-connected`))];
  const connectivity = `voxels that are ${connectivities.join(' or ')}, as the phase says`;
  return (
    <>
      <ChallengeHeader challenge={challenge} current="evaluation" />
      <main id="main" className="wrap page-top">
        <h1>Evaluation</h1>
        <div className="prose soft summary">
          <p>
            Every scan of a phase counts. A mask is read from its file, put on the scan’s grid and compared
            with the true mask; where a container fails, or writes something that is no mask on that grid, the
            scan ranks last on every metric and takes its worst value. So leaving out hard scans does not pay.
          </p>
        </div>
        <div className="console-section">
          <RulesTable challenge={challenge} />
        </div>
        <section className="console-section" aria-labelledby="metrics">
          <h2 id="metrics">Metrics of this challenge</h2>
          <p className="soft narrow-text">
            P is the predicted, T the true foreground: voxels above 0.5. A change of a definition is a new
            version; scores keep the version that they were made with. The drawings show one slice with voxels
            of 1 mm, T in a full line, P dashed: a large lesion that is found but shifted, one that is only
            touched, two that are missed and one that is not there.
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

/** In the order in which the phases name them, ranked ones first. */
function usedMetrics(rules: readonly PhaseRules[]): MetricName[] {
  const entries = rules.flatMap((phase) => phase.metrics);
  const ranked = entries.filter((entry) => entry.weight > 0);
  const names = [...ranked, ...entries].map((entry) => entry.metric);
  return [...new Set(names)].filter(isMetricName);
}

/** Folded: a reader of this challenge may do without them. */
function OtherMetrics({ names, connectivity }: { names: readonly MetricName[]; connectivity: string }) {
  if (names.length === 0) return null;
  return (
    <details className="disclosure console-section">
      <summary>
        {counted(names.length, 'other metric')} that the scorer computes and no phase here uses
      </summary>
      <div className="metrics">
        {names.map((name) => (
          <MetricCard key={name} metric={METRICS[name]} connectivity={connectivity} />
        ))}
      </div>
    </details>
  );
}
