import type { Metadata } from 'next';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { MetricCard } from '#components/evaluation/metric-card.tsx';
import { RulesTable } from '#components/evaluation/rules-table.tsx';
import { isMetricName, METRIC_NAMES, METRICS, type MetricName } from '#lib/domain/metrics.ts';
import type { PhaseRules } from '#lib/domain/views.ts';
import { readChallenge } from '../read-challenge.ts';

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
              <MetricCard
                key={name}
                metric={METRICS[name]}
                connectivity={`voxels that are ${connectivities.join(' or ')}, as the phase says`}
              />
            ))}
          </div>
        </section>
        <OtherMetrics names={METRIC_NAMES.filter((name) => !used.includes(name))} />
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

function OtherMetrics({ names }: { names: readonly MetricName[] }) {
  if (names.length === 0) return null;
  return (
    <div className="console-section">
      <table className="plain stackable">
        <caption>
          <b>Table 2 | Other metrics that the scorer computes.</b> No phase of this challenge uses them.
        </caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Definition</th>
            <th scope="col">Better</th>
            <th scope="col" className="num">
              Version
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const metric = METRICS[name];
            return (
              <tr key={name}>
                <th scope="row">
                  {metric.label}
                  <span className="unit mono">{name}</span>
                </th>
                <td className="line">{metric.formula}</td>
                <td className="soft">
                  {metric.better}
                  {metric.unit === '1' ? '' : `, ${metric.unit}`}
                </td>
                <td className="num soft">v{metric.version}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
