import { labelOf } from '#components/format/metric-labels.ts';
import { scansOf } from '#components/format/phase-labels.ts';
import { mebibytes } from '#components/format/quantity.ts';
import {
  contractSentence,
  formatContract,
  formatDisclosure,
  formatGvisor,
  formatInput,
  formatKeptPredictions,
  formatLimits,
  formatOutput,
} from '#components/format/rule-labels.ts';
import type { ChallengeView, PhaseRules, PhaseSummary } from '#lib/api/views.ts';

type Phase = PhaseSummary & { rules: PhaseRules };

const LESION: Readonly<Record<number, string>> = {
  6: 'voxels that share a face (6-connected)',
  18: 'voxels that share a face or an edge (18-connected)',
  26: 'voxels that share a face, an edge or a corner (26-connected)',
};

/** Every rule of a phase, in words: what it ranks by, what a container gets and gives, and who learns what. */
const RULES: readonly { name: string; words: (phase: Phase) => string }[] = [
  { name: 'Test set', words: (phase) => scansOf(phase) },
  { name: 'Ranked by (weight)', words: ({ rules }) => formatMetric(rules, true) },
  { name: 'Shown, not ranked', words: ({ rules }) => formatMetric(rules, false) },
  {
    name: 'One lesion',
    words: ({ rules }) => LESION[rules.connectivity] ?? `${rules.connectivity}-connected`,
  },
  { name: 'Counts', words: ({ rules }) => `the ${rules.counting.toLowerCase()} submission of a team` },
  {
    name: 'Contract',
    words: ({ rules }) => `${formatContract(rules)}. ${contractSentence(rules)}`,
  },
  { name: 'Input', words: ({ rules }) => formatInput(rules) },
  { name: 'Output', words: ({ rules }) => formatOutput(rules) },
  {
    name: 'Limits',
    words: ({ rules }) =>
      `${formatLimits(rules)}; ${rules.limits.pids} processes, ${mebibytes(rules.limits.outputMib)} of output, an image of ${mebibytes(rules.limits.imageMib)}`,
  },
  { name: 'Walls', words: ({ rules }) => formatGvisor(rules) },
  { name: 'Masks', words: ({ rules }) => formatKeptPredictions(rules) },
  { name: 'Teams see', words: (phase) => formatDisclosure(phase.kind, phase.rules) },
];

function formatMetric({ metrics }: PhaseRules, ranked: boolean): string {
  const words = metrics
    .filter(({ weight }) => weight > 0 === ranked)
    .map(({ metric, weight }) => (ranked ? `${labelOf(metric)} (${weight})` : labelOf(metric)));
  return words.length > 0 ? words.join(', ') : 'none';
}

/** A column a phase; what all phases share is said once. */
export function RulesTable({ challenge }: { challenge: ChallengeView }) {
  const phases = challenge.phases.flatMap((phase): Phase[] => {
    const rules = challenge.phaseRules.find(({ phaseSlug }) => phaseSlug === phase.slug);
    return rules ? [{ ...phase, rules }] : [];
  });
  return (
    <table className="plain top stackable rules">
      <caption>
        <b>Table 1 | The rules of each phase.</b> What stands once holds for all of them.
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="vh">Rule</span>
          </th>
          {phases.map((phase) => (
            <th key={phase.slug} scope="col">
              {phase.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {RULES.map(({ name, words }) => {
          const cells = phases.map((phase) => ({ phase, text: words(phase) }));
          const agree = new Set(cells.map(({ text }) => text)).size === 1;
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              {agree ? (
                <td className="line" colSpan={phases.length}>
                  {cells[0]?.text}
                </td>
              ) : (
                cells.map(({ phase, text }) => (
                  <td key={phase.slug} className="line" data-l={`${phase.title}:`}>
                    {text}
                  </td>
                ))
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
