import Link from 'next/link';
import { formatBytes } from '#components/format/quantity.ts';
import { utcDateTime } from '#components/format/time.ts';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import { StrataTable } from './strata-table.tsx';

/** The sealed test sets with their recipients, and how to seal and import another one. */
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
          <b>Table 2 | Test sets.</b> Sealed before upload: this site stores ciphertext and counts, but no
          key.
        </caption>
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col" className="num">
              Cases
            </th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col" className="pad">
              SHA-256 and recipient’s public key
            </th>
            <th scope="col">Imported</th>
          </tr>
        </thead>
        <tbody>
          {testSets.length === 0 ? (
            <tr className="nothing">
              <td colSpan={5}>
                No test sets yet. Seal one on your machine and import it as described below.
              </td>
            </tr>
          ) : (
            testSets.map((set) => (
              <tr key={set.id}>
                <th scope="row">{set.phaseSlugs.length > 0 ? titles(set.phaseSlugs) : 'no phase'}</th>
                <td className="num" data-l="cases">
                  {set.caseCount}
                </td>
                <td className="num" data-l="size">
                  {formatBytes(set.bytes)}
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
      {testSets.map((set) =>
        set.strata.length > 0 ? (
          <StrataTable key={set.id} phase={titles(set.phaseSlugs)} strata={set.strata} />
        ) : null,
      )}
      {view.viewerMay.importTestSet ? (
        <details className="disclosure" open={testSets.length === 0}>
          <summary>How to seal and import a test set</summary>
          {phase ? (
            <p>
              <Link className="btn" href={`/organize/${challenge.slug}/phases/${phase.slug}/test-set`}>
                Seal in this browser
              </Link>{' '}
              <span className="soft">or with the command, which doesn’t trust this site:</span>
            </p>
          ) : null}
          <ol className="instructions">
            <li>
              On your own machine, seal the folder with the cases to the runner’s public key. Nothing leaves
              your machine in this step. Compare the key with the first line of the runner’s log: a
              compromised site could show a different key.
              <Preformatted kind="cmd">
                {`npm run -s heldout -- testset seal FOLDER --recipient ${recipients[0] ?? 'age1…'} -o test-set.sealed`}
              </Preformatted>
            </li>
            <li>
              Import it with an organizer’s API token. It becomes the test set of the phase. You can replace
              it until a team submits to the phase.
              <Preformatted kind="cmd">
                {`HELDOUT_TOKEN=hld_… npm run -s heldout -- testset import test-set.sealed --phase ${challenge.slug}/${phase?.slug ?? 'PHASE'} --site ${origin}`}
              </Preformatted>
            </li>
          </ol>
        </details>
      ) : null}
    </>
  );
}
