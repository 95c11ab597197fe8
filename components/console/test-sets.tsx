import { bytes } from '#components/format/quantity.ts';
import { utcDateTime } from '#components/format/time.ts';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

/** What is sealed, to whom, and how to seal and send the next one. */
export function TestSets({ view, origin }: { view: OrganizerView; origin: string }) {
  const { testSets, runners, challenge } = view;
  const recipients = [...new Set(runners.map((runner) => runner.recipient))];
  const phase = challenge.phases.find((entry) => entry.caseCount === null) ?? challenge.phases.at(-1);
  const titles = (slugs: readonly string[]) =>
    slugs.map((slug) => challenge.phases.find((entry) => entry.slug === slug)?.title ?? slug).join(', ');
  return (
    <>
      <table className="plain top stackable">
        <caption>
          <b>Table 2 | Test sets.</b> Sealed before they were sent: this site holds ciphertext and counts, and
          no key.
        </caption>
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col" className="num">
              Scans
            </th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col" className="pad">
              SHA-256, and the key it is sealed to
            </th>
            <th scope="col">Imported</th>
          </tr>
        </thead>
        <tbody>
          {testSets.length === 0 ? (
            <tr className="nothing">
              <td colSpan={5}>None yet. Seal one on your machine and send it, as below.</td>
            </tr>
          ) : (
            testSets.map((set) => (
              <tr key={set.id}>
                <th scope="row">{set.phaseSlugs.length > 0 ? titles(set.phaseSlugs) : 'no phase'}</th>
                <td className="num" data-l="scans">
                  {set.caseCount}
                </td>
                <td className="num" data-l="size">
                  {bytes(set.bytes)}
                </td>
                <td className="mono small anywhere pad line">
                  {set.sha256}
                  <br />
                  <span className="muted">{set.recipient}</span>
                  {recipients.includes(set.recipient) ? null : (
                    <b className="warn"> no runner has this key</b>
                  )}
                </td>
                <td className="small soft">{utcDateTime(set.createdAt)}</td>
              </tr>
            ))
          )}
        </tbody>
      </table>
      <details className="disclosure" open={testSets.length === 0}>
        <summary>How to seal and send a test set</summary>
        <ol className="todo">
          <li>
            On your own machine, seal the folder (BIDS, a scan and a mask a case) to the runner’s key. Nothing
            leaves the machine here. Compare the key with the runner’s own first log line: a site that was
            broken into could show another one.
            <Preformatted kind="cmd">
              {`npm run -s heldout -- testset seal FOLDER --recipient ${recipients[0] ?? 'age1…'} -o test-set.sealed`}
            </Preformatted>
          </li>
          <li>
            Send it, with an API token of an organizer. It can be replaced until a team has submitted to the
            phase. What arrives replaces the phase’s test set as long as nobody has submitted.
            <Preformatted kind="cmd">
              {`HELDOUT_TOKEN=hld_… npm run -s heldout -- testset import test-set.sealed --phase ${challenge.slug}/${phase?.slug ?? 'PHASE'} --site ${origin}`}
            </Preformatted>
          </li>
        </ol>
      </details>
    </>
  );
}
