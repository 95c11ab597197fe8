import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { AdministrationFrame } from '#components/administration/administration-frame.tsx';
import { formatShortSpan } from '#components/format/time.ts';
import { limitsView } from '#lib/site/administration/limits.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Limits' };

export default async function LimitsPage() {
  const view = await orPage(limitsView(site(), await currentViewer()), '/admin/limits');
  return (
    <AdministrationFrame current="limits" asOf={view.asOf}>
      <table className="plain stackable top">
        <caption>
          <b>Limits</b> of attempts, and their use now. Whom each counts is stored as a hash only.
        </caption>
        <thead>
          <tr>
            <th scope="col">Limit</th>
            <th scope="col" className="num">
              Free attempts
            </th>
            <th scope="col">Within</th>
            <th scope="col">Beyond</th>
            <th scope="col" className="num">
              Counted now
            </th>
            <th scope="col" className="num">
              Used up
            </th>
            <th scope="col" className="num">
              Highest
            </th>
          </tr>
        </thead>
        <tbody>
          {view.limits.map((limit) => (
            <tr key={limit.rule}>
              <th scope="row">{limit.rule}</th>
              <td className="num soft" data-l="free attempts">
                {limit.attempts}
              </td>
              <td className="soft" data-l="within">
                {formatShortSpan(limit.windowSeconds * 1000)}
              </td>
              <td className="soft" data-l="beyond">
                {limit.slowsDown ? 'delays that double' : 'refused until then'}
              </td>
              <td className="num" data-l="counted now">
                {limit.counted}
              </td>
              <td className={limit.used > 0 ? 'num state-bad' : 'num'} data-l="used up">
                {limit.used}
              </td>
              <td className="num" data-l="highest">
                {limit.highest}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </AdministrationFrame>
  );
}
