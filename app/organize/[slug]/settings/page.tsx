import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { DefinitionForm } from '#components/console/definition/definition-form.tsx';
import { FIELDS } from '#components/console/definition/definition-state.ts';
import { LogoForm } from '#components/console/definition/logo-form.tsx';
import { zonedDateTime } from '#components/format/time.ts';
import { challengeForm } from '#lib/domain/phases/form/form.ts';
import { counted } from '#lib/domain/units.ts';
import { definitionView } from '#lib/site/console/definition-view.ts';
import { site } from '#lib/site/site.ts';
import { editChallengeAction } from './actions.ts';
import { removeLogoAction, setLogoAction } from './logo-actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Settings, ${(await params).slug}` };
}

/** The texts of a challenge, and its phases. */
export default async function SettingsPage({ params }: Props) {
  const { slug } = await params;
  const base = `/organize/${slug}`;
  const view = await orPage(definitionView(site(), slug, await currentViewer()), `${base}/settings`);
  const { definition, version, submissions } = view;
  const hasSubmissions = Object.values(submissions).some((count) => count > 0);
  return (
    <ConsoleFrame challenge={view.challenge} current="settings" asOf={view.asOf}>
      <section className="console-section" aria-label="Phases">
        <table className="plain stackable phase-list">
          <caption>
            <b>Phases.</b> Settings that judge submissions are locked after the first one.
          </caption>
          <thead>
            <tr>
              <th scope="col">Phase</th>
              <th scope="col">Opens</th>
              <th scope="col">Closes</th>
              <th scope="col">Submissions</th>
              <th scope="col">
                <span className="vh">Change</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {definition.phases.map((phase) => (
              <tr key={phase.slug}>
                <th scope="row">
                  {phase.title} <span className="unit mono">{phase.slug}</span>
                </th>
                <td>{zonedDateTime(phase.opensAt, phase.zone)}</td>
                <td>{zonedDateTime(phase.closesAt, phase.zone)}</td>
                <td>{counted(submissions[phase.slug] ?? 0, 'submission')}</td>
                <td>
                  <Link href={`${base}/phases/${phase.slug}`} prefetch={false}>
                    Change<span className="vh"> {phase.title}</span>
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="exports bare">
          {view.viewerMayEdit ? (
            <Link href={`${base}/phases/new`} prefetch={false}>
              Add a phase
            </Link>
          ) : null}
          <Link href={`${base}/organizers`} prefetch={false}>
            Organizers and invitations
          </Link>
          <span className="soft">
            The whole challenge as a file:{' '}
            <code>
              heldout challenge export {slug} --out {slug}.yaml
            </code>
          </span>
        </p>
      </section>
      <DefinitionForm
        action={editChallengeAction}
        groups={[{ heading: 'Challenge', fields: challengeForm(definition, hasSubmissions) }]}
        hidden={{ [FIELDS.challenge]: slug, [FIELDS.version]: version }}
        review="Review changes"
        save="Save these changes"
        readOnly={!view.viewerMayEdit}
      />
      <LogoForm
        challenge={slug}
        logo={view.logo}
        set={view.viewerMayEdit ? setLogoAction : null}
        remove={removeLogoAction}
      />
    </ConsoleFrame>
  );
}
