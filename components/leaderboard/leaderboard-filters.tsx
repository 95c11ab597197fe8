import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { variantOf } from '#lib/domain/ranking/methods/variants.ts';
import type { LeaderboardState } from './leaderboard-state.ts';
import { METHOD_LABELS } from './method-labels.ts';
import { MetricSetLinks } from './metric-sets.tsx';
import { StrataLinks } from './strata.tsx';

/** The choices above the table, as words: which metrics and cases, the method that ranks, and the pinned teams. */
export function LeaderboardFilters({
  leaderboard,
  state,
}: {
  leaderboard: LeaderboardPageView;
  state: LeaderboardState;
}) {
  const { methods, ranking, summary } = leaderboard;
  const own = variantOf(ranking, summary);
  const current = state.method ?? own;
  return (
    <nav className="filters" aria-label="What the table shows">
      <MetricSetLinks leaderboard={leaderboard} state={state} />
      <StrataLinks
        strata={leaderboard.strata}
        stratum={leaderboard.stratum}
        hrefOf={(stratum) => state.hrefOf({ stratum })}
      />
      <div>
        <p className="lg">If ranked by</p>
        <div className="opts">
          {[own, ...methods.filter((method) => method !== own)].map((method) => (
            <PlainLink
              key={method}
              href={state.hrefOf({ method: method === own ? null : method })}
              keepsScroll
              aria-current={method === current ? 'true' : undefined}
            >
              {METHOD_LABELS[method].short}
              {method === own ? <span className="n"> as in this phase</span> : null}
            </PlainLink>
          ))}
        </div>
      </div>
      {state.pins.length > 0 ? (
        <div>
          <p className="lg">Pinned teams</p>
          <div className="opts">
            <PlainLink href={state.hrefOf({ pins: [] })} keepsScroll>
              Unpin {state.pins.length === 1 ? 'the team' : `all ${state.pins.length}`}
            </PlainLink>
          </div>
        </div>
      ) : null}
    </nav>
  );
}
