import Link from 'next/link';
import { type ComputeEntry, EXPORT_FORMATS, EXPORT_TABLES } from '#lib/api/pages/organizer/export.ts';

/** The files that organizers download. */
export function ExportTables({ slug }: { slug: string }) {
  return (
    <table className="plain top stackable">
      <caption>
        <b>Files.</b> Everything of the challenge as it is now. Accounts are in it by name where they acted,
        and with their address where they asked for data or took it. The definition is under Settings.
      </caption>
      <thead>
        <tr>
          <th scope="col">Table</th>
          <th scope="col">A row is</th>
          <th scope="col">Download</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(EXPORT_TABLES).map(([table, row]) => (
          <tr key={table}>
            <th scope="row">{table}</th>
            <td className="soft line">{row}</td>
            <td>
              {EXPORT_FORMATS.map((format) => (
                <a
                  key={format}
                  className="export-file"
                  href={`/organize/${slug}/export/${table}.${format}`}
                  download
                >
                  {format.toUpperCase()}
                  <span className="vh"> of {table}</span>
                </a>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How long the containers of each team have run, beside what its phase allows. */
export function ComputeTable({ compute }: { compute: readonly ComputeEntry[] }) {
  return (
    <table className="plain stackable">
      <caption>
        <b>Computing time</b> of teams in phases: how long their containers ran, in hours; the most first.
        Attempts that a platform error ended, and submissions whose quota was given back, don’t count against
        a budget.
      </caption>
      <thead>
        <tr>
          <th scope="col">Team</th>
          <th scope="col">Phase</th>
          <th scope="col" className="num">
            Submissions
          </th>
          <th scope="col" className="num">
            In all<span className="unit">h</span>
          </th>
          <th scope="col" className="num">
            Counts<span className="unit">h</span>
          </th>
          <th scope="col" className="num">
            Budget<span className="unit">h</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {compute.length === 0 ? (
          <tr className="nothing">
            <td colSpan={6}>No team has submitted yet.</td>
          </tr>
        ) : (
          compute.map((entry) => (
            <tr key={entry.id}>
              <th scope="row" className="anywhere">
                <Link className="quiet" href={`/teams/${entry.teamSlug}`} prefetch={false}>
                  {entry.teamName}
                </Link>
              </th>
              <td className="soft">{entry.phaseTitle}</td>
              <td className="num" data-l="submissions">
                {entry.submissions}
              </td>
              <td className="num" data-l="in all, h">
                {hours(entry.seconds)}
              </td>
              <td className={isUsed(entry) ? 'num warn' : 'num'} data-l="counts, h">
                {hours(entry.countedSeconds)}
                {isUsed(entry) ? <span className="unit">used up</span> : null}
              </td>
              <td className="num soft" data-l="budget, h">
                {entry.budgetHours ?? 'none'}
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}

function hours(seconds: number): string {
  return (seconds / 3600).toFixed(2);
}

function isUsed({ budgetHours, countedSeconds }: ComputeEntry): boolean {
  return budgetHours !== null && countedSeconds / 3600 >= budgetHours;
}
