import type { DefinitionChange } from '#lib/domain/phases/changes.ts';

/** Each change in words, with what it brings about. */
export function ChangesTable({ changes }: { changes: readonly DefinitionChange[] }) {
  return (
    <table className="plain changes stackable">
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Now</th>
          <th scope="col">Then</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, label, before, after, consequence }) => (
          <tr key={`${path} ${label}`}>
            <th scope="row">{label}</th>
            <td className="soft">{before ?? 'none'}</td>
            <td>
              {after ?? 'none'}
              {consequence === null ? null : <span className="consequence">{consequence}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
