import { ListSearch } from '#components/ui/list-search.tsx';
import type { PhaseCounts, SubmissionsQuery } from '#lib/api/pages/organizer.ts';
import { EVALUATION_STATES, type EvaluationState } from '#lib/domain/evaluations/state.ts';

/** Search and filters of the submissions, with the number of each state. */
export function SubmissionsFilter({
  slug,
  counts,
  codes,
  query = {},
}: {
  slug: string;
  counts: readonly PhaseCounts[];
  /** Error codes that occur. */
  codes: readonly string[];
  query?: Partial<SubmissionsQuery>;
}) {
  const base = `/organize/${slug}/submissions`;
  const ofPhase = counts.filter(({ phaseSlug }) => phaseSlug === query.phase);
  const counted = ofPhase.length > 0 ? ofPhase : counts;
  const countOf = (state: EvaluationState) => counted.reduce((sum, { states }) => sum + states[state], 0);
  return (
    <ListSearch
      action={base}
      search={{ label: 'Team, algorithm or ID', value: query.q ?? '' }}
      filters={[
        {
          name: 'phase',
          label: 'Phase',
          all: 'All phases',
          value: query.phase,
          options: counts.map(({ phaseSlug, phaseTitle }) => ({ value: phaseSlug, label: phaseTitle })),
        },
        {
          name: 'state',
          label: 'State',
          all: 'All states',
          value: query.state,
          options: EVALUATION_STATES.map((state) => ({
            value: state,
            label: `${state.toLowerCase()} (${countOf(state).toLocaleString('en')})`,
          })),
        },
        {
          name: 'code',
          label: 'Error code',
          all: 'All codes',
          value: query.code,
          options: [...new Set([...codes, ...(query.code ? [query.code] : [])])].map((code) => ({
            value: code,
            label: code,
          })),
        },
      ]}
      clearHref={base}
    />
  );
}
