import { formatBytes } from '#components/format/quantity.ts';
import { utcDate } from '#components/format/time.ts';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { ReleaseView } from '#lib/api/datasets/datasets.ts';

export interface ReleaseActions {
  describe: FormAction;
  publish: FormAction;
}

interface Props {
  place: { challenge: string; dataset: string };
  release: ReleaseView;
  actions: ReleaseActions;
}

/** A release in the console: a draft can be described and published, of a published one only the errata change. */
export function ReleaseSection({ place, release, actions }: Props) {
  const { version, publishedAt, changelog, variants } = release;
  const isDraft = publishedAt === null;
  return (
    <section className="console-section" aria-label={`Release ${version}`}>
      <h2>
        Release {version}, {isDraft ? 'draft' : `published ${utcDate(publishedAt)}`}
      </h2>
      {isDraft || changelog === '' ? null : <p className="lines narrow-text">{changelog}</p>}
      {variants.length === 0 ? (
        <p className="soft narrow-text">No data yet. Upload a variant first.</p>
      ) : (
        <Variants release={release} />
      )}
      {isDraft ? <Upload place={place} version={version} /> : null}
      <Texts place={place} release={release} action={actions.describe} />
      {isDraft && variants.length > 0 ? (
        <div className="after-form">
          <Confirmation label={`Publish release ${version}`}>
            <p>
              Nothing can be changed or taken back afterwards, only errata added. It is published under the
              license {release.license} and the dataset’s present terms, and people with access are told.
            </p>
            <ActionForm
              inline
              name={`publish-${version}`}
              action={actions.publish}
              fields={hidden(place, version)}
              submit="Publish"
              pending="Publishing"
            />
          </Confirmation>
        </div>
      ) : null}
    </section>
  );
}

function hidden(place: Props['place'], version: string): FieldSpec[] {
  const values = { ...place, version };
  return Object.entries(values).map(([name, value]) => ({ name, label: '', type: 'hidden', value }));
}

function Variants({ release: { version, variants } }: Pick<Props, 'release'>) {
  return (
    <table className="plain stackable">
      <caption className="vh">Variants of release {version}</caption>
      <thead>
        <tr>
          <th scope="col">Variant</th>
          <th scope="col" className="num">
            Cases
          </th>
          <th scope="col">Masks</th>
          <th scope="col" className="num">
            Files
          </th>
          <th scope="col" className="num">
            Size
          </th>
        </tr>
      </thead>
      <tbody>
        {variants.map(({ name, title, caseCount, hasTruth, fileCount, bytes }) => (
          <tr key={name}>
            <th scope="row" className="anywhere">
              {title} <span className="unit mono">{name}</span>
            </th>
            <td className="num" data-l="cases">
              {caseCount.toLocaleString('en')}
            </td>
            <td data-l="masks">{hasTruth ? 'included' : 'withheld'}</td>
            <td className="num" data-l="files">
              {fileCount.toLocaleString('en')}
            </td>
            <td className="num" data-l="size">
              {formatBytes(bytes)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The folder is checked where it lies, and a browser can't do that for a release yet. */
function Upload({ place: { challenge, dataset }, version }: { place: Props['place']; version: string }) {
  return (
    <>
      <p className="soft narrow-text">
        Upload a variant from a terminal. The command checks the folder before it sends anything: cases, text
        in headers, and subjects of hidden test sets. Sent again, it replaces the variant of the same name.
      </p>
      <Preformatted kind="cmd">
        {`npm run -s heldout -- dataset publish FOLDER --as ${challenge}/${dataset}@${version} --variant native`}
      </Preformatted>
    </>
  );
}

function Texts({ place, release, action }: Pick<Props, 'place' | 'release'> & { action: FormAction }) {
  const { version, publishedAt, changelog, errata } = release;
  const field: FieldSpec =
    publishedAt === null
      ? { name: 'changelog', label: 'Changelog', type: 'lines', isOptional: true, value: changelog }
      : {
          ...{ name: 'errata', label: 'Errata', type: 'lines', isOptional: true, value: errata },
          hint: 'Mistakes that need no new data. For new data, draft another release.',
        };
  return (
    <ActionForm
      name={`texts-${version}`}
      action={action}
      fields={[...hidden(place, version), field]}
      submit={`Save ${field.label.toLowerCase()} of ${version}`}
      pending="Saving"
    />
  );
}
