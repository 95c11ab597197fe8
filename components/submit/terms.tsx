import { Markdown } from '#components/markdown/markdown.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { SubmitView } from '#lib/api/pages/submit.ts';

/** The terms of a challenge, which a team reads before it accepts them. */
export function Terms({ view: { terms } }: { view: Pick<SubmitView, 'terms'> }) {
  return terms && <TermsText version={`Version ${terms.version}`} text={terms.text} />;
}

export function TermsText({ version, text }: { version: string; text: string }) {
  return (
    <section className="terms" aria-label={`Terms, ${version}`}>
      <h3>Terms</h3>
      <p className="muted small anywhere">{version}</p>
      <div className="prose">
        <Markdown text={text} top={4} />
      </div>
    </section>
  );
}

/** The fields with which a form accepts them. */
export function termsFields({ terms }: Pick<SubmitView, 'terms'>): FieldSpec[] {
  if (terms === null) return [];
  return [
    { name: 'terms-version', label: '', type: 'hidden', value: String(terms.version) },
    { name: 'terms', label: 'We accept the terms', type: 'agreement' },
  ];
}

/** For a team that is registered: the terms have changed since. */
export function TermsSection({
  view,
  team,
  accept,
}: {
  view: SubmitView;
  team: SubmitView['teams'][number];
  accept: FormAction;
}) {
  return (
    <section className="register">
      <h2>The terms have changed</h2>
      <p className="soft narrow-text">
        {team.name} can’t submit until one of its members has accepted them. Submissions so far stay as they
        are.
      </p>
      <Terms view={view} />
      <ActionForm
        name={`terms-${team.slug}`}
        action={accept}
        fields={[
          { name: 'challenge', label: '', type: 'hidden', value: view.challengeSlug },
          { name: 'team', label: '', type: 'hidden', value: team.slug },
          ...termsFields(view),
        ]}
        submit="Accept the terms"
        pending="Saving"
      />
    </section>
  );
}
