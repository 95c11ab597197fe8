import { utcDate } from '#components/format/time.ts';
import type { DownloadCount } from '#lib/api/pages/organizer/data.ts';

/** How often each variant of each release was downloaded. */
export function DownloadCounts({ counts }: { counts: readonly DownloadCount[] }) {
  return (
    <table className="plain stackable">
      <caption>
        <b>Downloads per release.</b> A download that was cut and goes on is one. People are those who were
        signed in.
      </caption>
      <thead>
        <tr>
          <th scope="col">Dataset</th>
          <th scope="col">Release</th>
          <th scope="col">Variant</th>
          <th scope="col" className="num">
            People
          </th>
          <th scope="col" className="num">
            Archives
          </th>
          <th scope="col" className="num">
            Single files
          </th>
          <th scope="col" className="num">
            Not signed in
          </th>
          <th scope="col" className="num">
            Last
          </th>
        </tr>
      </thead>
      <tbody>
        {counts.length === 0 ? (
          <tr className="nothing">
            <td colSpan={8}>No release is published yet.</td>
          </tr>
        ) : (
          counts.map(({ dataset, version, variant, people, archives, files, anonymous, lastAt }) => (
            <tr key={`${dataset} ${version} ${variant}`}>
              <th scope="row" className="mono anywhere">
                {dataset}
              </th>
              <td className="mono" data-l="release">
                {version}
              </td>
              <td className="mono" data-l="variant">
                {variant}
              </td>
              <td className="num" data-l="people">
                {people.toLocaleString('en')}
              </td>
              <td className="num" data-l="archives">
                {archives.toLocaleString('en')}
              </td>
              <td className="num" data-l="single files">
                {files.toLocaleString('en')}
              </td>
              <td className="num" data-l="not signed in">
                {anonymous.toLocaleString('en')}
              </td>
              <td className="num soft nowrap" data-l="last">
                {lastAt ? utcDate(lastAt) : '–'}
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
