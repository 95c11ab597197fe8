import { percent } from '#components/format/quantity.ts';
import type { VariantStatistics } from '#lib/domain/datasets/statistics.ts';

/** Groups of one kind beyond these are summed up. */
const SHOWN = 12;

interface Group {
  name: string;
  cases: number;
}

/** Sites, chronicity and voxel sizes, each with its number of cases as a bar. */
export function GroupsTable({ statistics }: { statistics: VariantStatistics }) {
  const { cases, sites, chronicity, voxelSizes } = statistics;
  const sizes = voxelSizes.map(({ mm, cases: count }) => ({ name: `${mm.join(' × ')} mm`, cases: count }));
  const kinds = [
    { label: 'Site', groups: completed(sites, cases) },
    { label: 'Chronicity', groups: completed(chronicity, cases) },
    { label: 'Voxel size', groups: shorten(sizes) },
  ].filter(({ groups }) => groups.length > 0);
  return (
    <table className="plain groups">
      <caption>
        <b>Table 4 | Groups of cases.</b> Bars are shares of all {cases} cases.
      </caption>
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col" className="num">
            Cases
          </th>
          <th scope="col">
            <span className="vh">Share</span>
          </th>
        </tr>
      </thead>
      {kinds.map(({ label, groups }) => (
        <tbody key={label}>
          <tr className="grouphead">
            <th scope="rowgroup" colSpan={3}>
              {label}
            </th>
          </tr>
          {groups.map(({ name, cases: count }) => (
            <tr key={name}>
              <th scope="row" className="anywhere">
                {name}
              </th>
              <td className="num">{count}</td>
              <td>
                <span className="group-bar" style={{ width: `${percent(count, cases)}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

/** With the cases of which nothing is known; none at all where nothing is known of any. */
function completed(groups: readonly Group[], cases: number): Group[] {
  if (groups.length === 0) return [];
  const unknown = cases - groups.reduce((sum, group) => sum + group.cases, 0);
  return shorten([...groups, ...(unknown > 0 ? [{ name: 'unknown', cases: unknown }] : [])]);
}

function shorten(groups: readonly Group[]): Group[] {
  if (groups.length <= SHOWN) return [...groups];
  const rest = groups.slice(SHOWN - 1);
  const cases = rest.reduce((sum, group) => sum + group.cases, 0);
  return [...groups.slice(0, SHOWN - 1), { name: `${rest.length} others`, cases }];
}
