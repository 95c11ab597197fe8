import { formatCaseCount } from '#components/format/phase-labels.ts';
import type { ChallengeView } from '#lib/api/challenges.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { describeRules, type RuleRow } from '#lib/domain/phases/rules.ts';

type Phase = PhaseSummary & { rules: PhaseRules };

function rowsOf(phase: Phase): Map<string, string> {
  const sentences = ({ text, detail }: RuleRow) => (detail === '' ? text : `${text}. ${detail}`);
  const rules = describeRules(phase.rules).map((rule) => [rule.row, sentences(rule)] as const);
  return new Map([['Test set', formatCaseCount(phase)], ...rules]);
}

/** One column per phase; a rule that all phases share is shown once. */
export function RulesTable({ challenge }: { challenge: ChallengeView }) {
  const phases = challenge.phases.flatMap((phase): Phase[] => {
    const rules = challenge.phaseRules.find(({ phaseSlug }) => phaseSlug === phase.slug);
    return rules ? [{ ...phase, rules }] : [];
  });
  const columns = phases.map((phase) => ({ phase, texts: rowsOf(phase) }));
  const names = new Set(columns.flatMap(({ texts }) => [...texts.keys()]));
  return (
    <table className="plain top stackable rules">
      <caption>
        <b>Table 1 | The rules of each phase.</b> A rule shown once applies to every phase.
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
        {[...names].map((name) => {
          const cells = columns.map(({ phase, texts }) => ({ phase, text: texts.get(name) ?? 'none' }));
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
