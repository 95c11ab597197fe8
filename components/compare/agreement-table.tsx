import { AGREEMENT_COLUMNS, agreementCells } from '#components/figures/agreement-cells.ts';
import { NO_VALUE } from '#components/format/quantity.ts';
import type { ComparedPair, ComparisonView } from '#lib/api/pages/comparison.ts';
import { ScrollTable } from './scroll-table.tsx';

/** How well predicted and true volumes of both teams agree, if the phase records them. */
export function AgreementTable({ comparison, pair }: { comparison: ComparisonView; pair: ComparedPair }) {
  const { agreement, entries } = pair;
  if (!agreement?.some((one) => one !== null)) return null;
  return (
    <ScrollTable
      caption={
        <>
          <b>Table 2 | Agreement of predicted and true volumes.</b> Predicted minus true in ml, with 95%
          intervals: bias, and 95% limits of agreement (Bland and Altman). ICC(2,1) and Lin’s concordance are
          1 where all volumes are equal. Failed cases have no volume and are left out.
        </>
      }
    >
      <thead>
        <tr>
          <th scope="col">Team</th>
          {AGREEMENT_COLUMNS.map(({ name, label }) => (
            <th key={name} scope="col" className="num">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry, index) => (
          <tr key={entry.teamSlug}>
            <th scope="row">{entry.teamName}</th>
            {agreementCells(agreement[index] ?? null, comparison.decimals).map((cell, column) => (
              <td key={AGREEMENT_COLUMNS[column]!.name} className="num nowrap">
                {cell ?? NO_VALUE}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
