'use client';

import { useEffect, useState } from 'react';
import { formatBytes } from '#components/format/quantity.ts';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { FindingGroup, SealingReport } from '#lib/domain/test-sets/browser-sealing.ts';
import { counted } from '#lib/domain/units.ts';

/** Findings of one kind that are shown; the downloaded report has all. */
const MAX_SHOWN = 20;

/** What the check found: errors, which refuse their cases, and oddities. */
export function CheckReport({ report }: { report: SealingReport }) {
  const { cases, accepted, layout, notes, groups, bytes, text, json, folder } = report;
  const errors = groups.filter(({ isError }) => isError);
  const oddities = groups.filter(({ isError }) => !isError);
  return (
    <>
      <p>
        <b>{folder.slice(1)}</b>: {counted(cases, 'case')}, {formatBytes(bytes)}. {accepted} can be used
        {accepted === cases ? '.' : `, ${cases - accepted} can’t.`} Layout {layout.name}: {layout.reason}.
      </p>
      {notes.map((note) => (
        <p key={note} className="soft small">
          {note}
        </p>
      ))}
      {errors.length > 0 ? <Findings title="Errors" groups={errors} /> : null}
      {oddities.length > 0 ? <Findings title="Warnings" groups={oddities} /> : null}
      <details className="disclosure">
        <summary>Whole report, as heldout dataset check prints it</summary>
        <Preformatted kind="log">{text}</Preformatted>
        <p className="exports bare">
          <Download json={json} />
        </p>
      </details>
    </>
  );
}

function Findings({ title, groups }: { title: string; groups: readonly FindingGroup[] }) {
  return (
    <section aria-label={title}>
      <h2 className="small">{title}</h2>
      {groups.map(({ code, title: what, found }) => (
        <details key={code} className="disclosure" open={title === 'Errors'}>
          <summary>
            {what} ({found.length})
          </summary>
          <ul className="small anywhere">
            {found.slice(0, MAX_SHOWN).map((one) => (
              <li key={`${one.case} ${one.message}`}>
                {one.case}: {one.message}
              </li>
            ))}
            {found.length > MAX_SHOWN ? <li>and {found.length - MAX_SHOWN} more, in the report</li> : null}
          </ul>
        </details>
      ))}
    </section>
  );
}

function Download({ json }: { json: string }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [json]);
  if (address === null) return null;
  return (
    <a href={address} download="dataset-report.json">
      Download the report (JSON)
    </a>
  );
}
