import { formatBytes } from '#components/format/quantity.ts';
import { utcDateTime } from '#components/format/time.ts';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

/** The versions of the organizers' scorers, and how to import one; nothing where no phase is scored by a container. */
export function Scorers({ view, origin }: { view: OrganizerView; origin: string }) {
  const { scorers, challenge } = view;
  const scored = challenge.phaseRules.filter(({ task }) => task.scoring.kind === 'container');
  if (scored.length === 0) return null;
  const phases = challenge.phases.filter(({ slug }) => scored.some(({ phaseSlug }) => phaseSlug === slug));
  const without = phases.filter(({ title }) => !scorers.some(({ phaseTitle }) => phaseTitle === title));
  const example = without[0] ?? phases[0];
  return (
    <section className="console-section" aria-label="Scorers">
      <table className="plain top stackable">
        <caption>
          <b id="scorers">Scorers.</b> The containers that score the cases. The latest version of a phase is
          in force; earlier scores keep theirs.
        </caption>
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">Version</th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col" className="pad">
              File and SHA-256
            </th>
            <th scope="col">Imported</th>
          </tr>
        </thead>
        <tbody>
          {without.map(({ slug, title }) => (
            <tr key={slug}>
              <th scope="row">{title}</th>
              <td colSpan={4}>
                <b className="warn">No scorer yet.</b> The phase takes no submissions until you import one.
              </td>
            </tr>
          ))}
          {scorers.map((scorer) => (
            <tr key={scorer.id}>
              <th scope="row">{scorer.phaseTitle}</th>
              <td data-l="version">
                {scorer.version}
                {scorer.isInForce ? <b> in force</b> : <span className="muted"> replaced</span>}
              </td>
              <td className="num" data-l="size">
                {formatBytes(scorer.bytes)}
              </td>
              <td className="small anywhere pad line">
                {scorer.fileName}
                <br />
                <span className="mono muted">{scorer.sha256}</span>
              </td>
              <td className="small soft">
                {utcDateTime(scorer.createdAt)}
                {scorer.importedBy === null ? null : (
                  <>
                    <br />
                    by {scorer.importedBy}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {view.viewerMay.importScorer ? (
        <ImportSteps
          place={`${challenge.slug}/${example?.slug ?? 'PHASE'}`}
          origin={origin}
          open={without.length > 0}
        />
      ) : null}
    </section>
  );
}

function ImportSteps({ place, origin, open }: { place: string; origin: string; open: boolean }) {
  return (
    <details className="disclosure" open={open}>
      <summary>How to import a scorer</summary>
      <ol className="instructions">
        <li>
          Sign the image archive with the key that you gave to <code>testset seal --scorer-key</code>, and
          upload it. Submissions whose scorer failed are scored again at once; no container of a team runs
          again.
          <Preformatted kind="cmd">
            {`HELDOUT_TOKEN=hld_… npm run -s heldout -- scorer import scorer.tar.gz --key scorer.key --phase ${place} --site ${origin}`}
          </Preformatted>
        </li>
        <li>
          On a runner’s host, see what the new version changes in published scores. This needs kept
          predictions.
          <Preformatted kind="cmd">{`npm run -s heldout -- rescore --phase ${place} --dry-run`}</Preformatted>
        </li>
      </ol>
    </details>
  );
}
