import { utcDate } from '#components/format/time.ts';
import { Markdown } from '#components/markdown/markdown.tsx';
import { CodeToCopy } from '#components/rankings/code-to-copy.tsx';
import { Preformatted } from '#components/ui/preformatted.tsx';
import { releasePage, releaseRoute } from '#lib/api/datasets/addresses.ts';
import { AccessNote } from './access-note.tsx';
import { newestVersion, ReleaseTable } from './dataset-list.tsx';
import { downloadCommands } from './download-commands.ts';
import { type ShownRelease, VariantTable } from './variant-table.tsx';

/** One release of a dataset: what it holds, how to get, check and cite it. */
export function ReleaseView({
  shown,
  origin,
  bibtex,
  access,
  children,
}: {
  shown: ShownRelease;
  /** Of this site. */
  origin: string;
  bibtex: string;
  /** The state of the reader’s own request. */
  access?: React.ReactNode;
  /** Sections between the description and the files. */
  children: React.ReactNode;
}) {
  const { slug, dataset, release } = shown;
  const [first] = release.variants;
  return (
    <>
      <div className="head">
        <h1>{dataset.title}</h1>
        <p className="stamp">
          Release <b>{release.version}</b>,{' '}
          {release.publishedAt ? utcDate(release.publishedAt) : 'draft, only for organizers'}
        </p>
      </div>
      <Superseded shown={shown} />
      <div className="cols page-cols">
        <div className="stack">
          <section aria-label="Description">
            <div className="prose soft summary">
              <Markdown text={dataset.summary} top={2} />
            </div>
            <Text title="Errata" text={release.errata} />
            <Text title="Changes in this release" text={release.changelog} />
            <ReleaseTable slug={slug} dataset={dataset} number={1} current={release.version} />
          </section>
          <section aria-labelledby="downloads">
            <h2 id="downloads">Downloads</h2>
            <VariantTable {...shown} />
            {first ? (
              <CodeToCopy
                label="Download and check in a terminal. A cut download goes on where it stopped."
                text={downloadCommands(shown, first.name, origin)}
              />
            ) : null}
          </section>
          {children}
          <section aria-labelledby="terms">
            <h2 id="terms">Terms</h2>
            <div className="prose soft">
              <Markdown text={release.terms} top={3} />
            </div>
            <p className="muted small anywhere">
              SHA-256 of these terms: <span className="mono">{release.termsSha256}</span>
            </p>
          </section>
          <Cite shown={shown} bibtex={bibtex} />
        </div>
        <aside className="side" aria-label="At a glance">
          <AccessNote slug={slug} dataset={dataset}>
            {access}
          </AccessNote>
          <Facts shown={shown} />
        </aside>
      </div>
    </>
  );
}

/** A reader of an old release should know at once. */
function Superseded({ shown: { slug, dataset, release } }: { shown: ShownRelease }) {
  const newest = newestVersion(dataset);
  if (newest === null || newest === release.version || release.publishedAt === null) return null;
  return (
    <p className="data-notice">
      Release {newest} supersedes this one.{' '}
      <a href={releasePage(slug, dataset.name, newest)}>Go to {newest}</a>
    </p>
  );
}

function Text({ title, text }: { title: string; text: string }) {
  if (text.trim() === '') return null;
  return (
    <div className="prose soft summary">
      <h2>{title}</h2>
      <Markdown text={text} top={3} />
    </div>
  );
}

function Facts({ shown: { slug, dataset, release } }: { shown: ShownRelease }) {
  const doi = dataset.doi;
  return (
    <section>
      <h2>At a glance</h2>
      <dl className="facts">
        <dt>Version</dt>
        <dd>{release.version}</dd>
        <dt>License</dt>
        <dd>{release.license}</dd>
        {doi === null ? null : (
          <>
            <dt>DOI</dt>
            <dd className="anywhere">
              <a href={`https://doi.org/${doi}`} rel="noopener noreferrer">
                {doi}
              </a>
            </dd>
          </>
        )}
        {dataset.funding === null ? null : (
          <>
            <dt>Funding</dt>
            <dd>{dataset.funding}</dd>
          </>
        )}
        <dt>Contact</dt>
        <dd className="anywhere">{dataset.contact}</dd>
        <dt>Metadata</dt>
        <dd>
          <a href={`${releaseRoute(slug, dataset.name, release.version)}/croissant.json`} download>
            Croissant
          </a>
        </dd>
      </dl>
    </section>
  );
}

function Cite({ shown: { slug, dataset, release }, bibtex }: { shown: ShownRelease; bibtex: string }) {
  const route = releaseRoute(slug, dataset.name, release.version);
  return (
    <section aria-labelledby="cite">
      <div className="head">
        <h2 id="cite">How to cite</h2>
        <p className="data-choice">
          <a href={`${route}/citation.bib`} download>
            BibTeX
          </a>
          <a href={`${route}/CITATION.cff`} download>
            CFF
          </a>
        </p>
      </div>
      {dataset.citation === null ? null : <p className="narrow-text">{dataset.citation}</p>}
      <p className="soft narrow-text">Name the version: results on another release can differ.</p>
      <Preformatted>{bibtex}</Preformatted>
    </section>
  );
}
