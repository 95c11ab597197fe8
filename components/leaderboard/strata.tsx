import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardView, ShownStratum } from '#lib/api/leaderboards/leaderboards.ts';
import type { LeaderboardState } from './leaderboard-state.ts';

/** "Lesion volume" */
function divisionLabel(of: string): string {
  const words = of.replaceAll(/[-_]/g, ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** "lesion volume: under 1 ml" */
export function stratumLabel({ of, name }: Pick<ShownStratum, 'of' | 'name'>): string {
  return `${of.replaceAll(/[-_]/g, ' ')}: ${name}`;
}

interface Strata {
  strata: readonly ShownStratum[];
  /** null for all cases. */
  stratum: string | null;
}

/** The stratum whose cases are shown; undefined for all cases. */
export function shownStratum({ strata, stratum }: Strata): ShownStratum | undefined {
  return strata.find(({ id }) => id === stratum);
}

/** Links to the strata, a group for each division. @param hrefOf null for all cases. */
export function StrataLinks({
  strata,
  stratum,
  hrefOf,
}: Strata & { hrefOf: (stratum: string | null) => string }) {
  return [...Map.groupBy(strata, ({ of }) => of)].map(([of, own]) => (
    <div key={of}>
      <p className="lg">{divisionLabel(of)}, cases n</p>
      <div className="opts">
        <PlainLink
          href={hrefOf(null)}
          keepsScroll
          aria-current={own.some(({ id }) => id === stratum) ? undefined : 'true'}
        >
          All
        </PlainLink>
        {own.map(({ id, name, caseCount }) => (
          <PlainLink
            key={id}
            href={hrefOf(id)}
            keepsScroll
            aria-current={id === stratum ? 'true' : undefined}
          >
            {name} <span className="n">{caseCount}</span>
          </PlainLink>
        ))}
      </div>
    </div>
  ));
}

/** What a leaderboard on one stratum is, and the way back. Nothing on all cases. */
export function StratumNote({
  leaderboard,
  state,
}: {
  leaderboard: LeaderboardView;
  state: LeaderboardState;
}) {
  const stratum = shownStratum(leaderboard);
  if (!stratum) return null;
  return (
    <p className="soft">
      Ranks, ranges and scores of the {stratum.caseCount} cases with {stratumLabel(stratum)} alone, of the
      submissions that count on all cases. The ranking of the phase is on all cases.{' '}
      {leaderboard.page.total === 0 ? 'These cases are being ranked: reload the page in a few seconds. ' : ''}
      <PlainLink href={state.hrefOf({ stratum: null })}>Show all cases</PlainLink>
    </p>
  );
}
