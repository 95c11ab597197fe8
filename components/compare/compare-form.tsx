import { PlainLink } from '#components/ui/plain-link.tsx';
import type { ComparisonView } from '#lib/api/pages/comparison.ts';

/** The teams and the metric of a comparison, which the address of the page holds. Works without JavaScript. */
export function CompareForm({ comparison }: { comparison: ComparisonView }) {
  const { challengeSlug, phase, teams, chosen, metrics, pair } = comparison;
  const base = `/challenges/${challengeSlug}/compare`;
  const perCase = metrics.filter(({ over }) => over === 'case');
  const [a, b] = chosen;
  const swapped = new URLSearchParams({
    phase: phase.slug,
    ...(b !== null && { a: b }),
    ...(a !== null && { b: a }),
    ...(pair?.cases && { metric: pair.cases.metric.metric }),
  });
  return (
    <form className="compare-form" method="get" action={base}>
      <input type="hidden" name="phase" value={phase.slug} />
      <TeamField name="a" label="First team" teams={teams} chosen={a} />
      <TeamField name="b" label="Second team" teams={teams} chosen={b} />
      {perCase.length > 1 && pair?.cases ? (
        <label>
          <span>Metric of the plot</span>
          <select name="metric" defaultValue={pair.cases.metric.metric}>
            {perCase.map(({ metric, label }) => (
              <option key={metric} value={metric}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <button type="submit" className="btn">
        Compare teams
      </button>
      {pair ? <PlainLink href={`${base}?${swapped}`}>Swap</PlainLink> : null}
    </form>
  );
}

function TeamField({
  name,
  label,
  teams,
  chosen,
}: {
  name: 'a' | 'b';
  label: string;
  teams: ComparisonView['teams'];
  chosen: string | null;
}) {
  return (
    <label>
      <span>{label}</span>
      <select name={name} defaultValue={chosen ?? ''} required>
        <option value="" disabled>
          Choose a team
        </option>
        {teams.map(({ slug, name: text }) => (
          <option key={slug} value={slug}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
