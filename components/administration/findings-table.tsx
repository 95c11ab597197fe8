import type { Finding } from '#lib/domain/findings.ts';

const STATES = { ok: 'ok', warning: 'warning', error: 'error' } as const;

/** Checks, those that need attention first. */
export function FindingsTable({ findings }: { findings: readonly Finding[] }) {
  const sorted = ['error', 'warning', 'ok'].flatMap((state) => findings.filter((one) => one.state === state));
  const bad = findings.filter(({ state }) => state !== 'ok').length;
  return (
    <table className="plain stackable top">
      <caption>
        <b>{bad === 0 ? 'Everything is fine.' : `${bad} of ${findings.length} need attention.`}</b> Checked
        just now.
      </caption>
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col">State</th>
          <th scope="col">Found</th>
          <th scope="col">What it means</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ name, state, found, impact }) => (
          <tr key={name}>
            <th scope="row" className="anywhere">
              {name}
            </th>
            <td className={state === 'ok' ? 'soft' : 'state-bad'} data-l="state">
              {STATES[state]}
            </td>
            <td className="soft anywhere" data-l="found">
              {found}
            </td>
            <td>{impact ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
