import { stratumLabel } from '#components/leaderboard/strata.tsx';
import type { StratumState } from '#lib/api/pages/organizer/test-sets.ts';
import { counted } from '#lib/domain/units.ts';

/** The strata of a test set: which the leaderboard shows, and why not the others. */
export function StrataTable({ phase, strata }: { phase: string; strata: readonly StratumState[] }) {
  const shown = strata.filter(({ withheld }) => withheld === null).length;
  return (
    <details className="disclosure">
      <summary>
        Strata of {phase}: {shown} of {counted(strata.length, 'stratum', 'strata')} shown
      </summary>
      <table className="plain stackable">
        <caption>
          The leaderboard shows no stratum with fewer than 10 cases, and none from which fewer than 10 would
          follow. Strata are given with the sealed test set: merge small ones and seal again to show more.
        </caption>
        <thead>
          <tr>
            <th scope="col">Stratum</th>
            <th scope="col" className="num">
              Cases
            </th>
            <th scope="col" className="pad">
              On the leaderboard
            </th>
          </tr>
        </thead>
        <tbody>
          {strata.map((stratum) => (
            <tr key={stratum.id}>
              <th scope="row">{stratumLabel(stratum)}</th>
              <td className="num" data-l="cases">
                {stratum.caseCount}
              </td>
              <td className={stratum.withheld ? 'pad soft' : 'pad'}>
                {stratum.withheld ? `not shown: ${describeReason(stratum.withheld)}` : 'shown'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function describeReason({ why, of }: NonNullable<StratumState['withheld']>): string {
  if (why === 'FEW') return 'fewer than 10 cases';
  if (why === 'NOT_RANKED') return 'the phase ranks by no metric that has values of single cases';
  const cases =
    of === 'shown'
      ? 'cases'
      : of === 'heldBack'
        ? 'held-back cases, once the final ranking adds them'
        : `cases that count for ${of}`;
  return `with the others, it would tell about fewer than 10 ${cases}`;
}
