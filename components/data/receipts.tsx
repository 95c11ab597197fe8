import { utcDateTime } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import { datasetPage } from '#lib/api/datasets/addresses.ts';
import type { Receipt } from '#lib/api/pages/organizer/data.ts';
import { counted } from '#lib/domain/units.ts';

/** Who took what version when; without people, one's own. */
export function ReceiptTable({
  receipts,
  people = false,
  caption,
  empty,
}: {
  receipts: readonly Receipt[];
  people?: boolean;
  caption: React.ReactNode;
  empty: string;
}) {
  return (
    <table className="plain stackable top">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {people ? <th scope="col">Person</th> : null}
          <th scope="col">Data</th>
          <th scope="col">Release</th>
          <th scope="col">Variant</th>
          <th scope="col">Taken</th>
          <th scope="col" className="num">
            Last
          </th>
        </tr>
      </thead>
      <tbody>
        {receipts.length === 0 ? (
          <tr className="nothing">
            <td colSpan={people ? 6 : 5}>{empty}</td>
          </tr>
        ) : (
          receipts.map((receipt) => <Row key={receipt.id} receipt={receipt} people={people} />)
        )}
      </tbody>
    </table>
  );
}

function Row({ receipt, people }: { receipt: Receipt; people: boolean }) {
  const { person, challenge, dataset, version, variant, lastAt } = receipt;
  return (
    <tr>
      {people ? (
        <th scope="row" className="anywhere">
          {person ? person.name : 'not signed in'}
          {person?.email ? <span className="unit">{person.email}</span> : null}
        </th>
      ) : null}
      <td className="anywhere" data-l="data">
        {people ? (
          dataset.title
        ) : (
          <PlainLink href={datasetPage(challenge.slug, dataset.name)}>{dataset.title}</PlainLink>
        )}
        {people ? null : <span className="unit">{challenge.title}</span>}
      </td>
      <td className="mono" data-l="release">
        {version}
      </td>
      <td className="mono" data-l="variant">
        {variant}
      </td>
      <td className="soft" data-l="taken">
        {takenOf(receipt)}
      </td>
      <td className="num soft nowrap" data-l="last">
        {utcDateTime(lastAt)}
      </td>
    </tr>
  );
}

function takenOf({ archives, files }: Receipt): string {
  const whole = archives > 0 ? [archives === 1 ? 'the archive' : `the archive, ${archives} times`] : [];
  return [...whole, ...(files > 0 ? [counted(files, 'single file')] : [])].join('; ');
}
