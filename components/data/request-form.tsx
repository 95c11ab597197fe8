import { questionField } from '#components/registrations/question-field.ts';
import { TermsText } from '#components/submit/terms.tsx';
import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { DataAccess } from '#lib/api/datasets/requests.ts';
import { coInvestigatorLine } from '#lib/domain/datasets/data-request.ts';

export interface Place {
  challenge: string;
  dataset: string;
}

/** The terms of a release, as they were published. */
export interface ShownTerms {
  version: string;
  text: string;
  sha256: string;
}

function hidden(values: Readonly<Record<string, string>>): FieldSpec[] {
  return Object.entries(values).map(([name, value]) => ({ name, label: '', type: 'hidden', value }));
}

const SIGNATURE = (hint: string): FieldSpec => ({
  name: 'name',
  label: 'Your full name, as your signature of the terms',
  type: 'text',
  autoComplete: 'name',
  maxLength: 120,
  hint,
});

/** Asks for data: written as a draft, and signed when it is sent. */
export function RequestForm({
  place,
  access: { request, questions },
  terms,
  action,
}: {
  place: Place;
  access: DataAccess;
  terms: ShownTerms;
  action: FormAction;
}) {
  const answerOf = (id: string) => request?.answers.find((answer) => answer.id === id)?.answer;
  const fields: FieldSpec[] = [
    ...hidden({ ...place, termsSha256: terms.sha256 }),
    {
      ...{ name: 'institution', label: 'Institution', type: 'text', maxLength: 200 },
      ...{ autoComplete: 'organization', value: request?.institution ?? '' },
    },
    {
      ...{ name: 'useStatement', label: 'What you want to use the data for', type: 'lines', maxLength: 5000 },
      hint: 'A few sentences: the question, the method, and where results will appear.',
      value: request?.useStatement ?? '',
    },
    {
      ...{ name: 'coInvestigators', label: 'Who else will work with it', type: 'lines', isOptional: true },
      hint: 'Optional. One person per line, as in “Bob Example, University of Example”.',
      value: (request?.coInvestigators ?? []).map(coInvestigatorLine).join('\n'),
    },
    ...questions.map((question) => {
      const value = answerOf(question.id);
      return { ...questionField(question), ...(value === undefined ? {} : { value }) };
    }),
    SIGNATURE('With it you agree to the terms above. It isn’t kept in a draft.'),
  ];
  return (
    <>
      <TermsText
        version={`Of release ${terms.version}, SHA-256 ${terms.sha256.slice(0, 12)}`}
        text={terms.text}
      />
      <ActionForm
        name="request"
        action={action}
        fields={fields}
        submit="Sign and send request"
        pending="Sending"
        other={{ value: 'draft', label: 'Save draft', pending: 'Saving' }}
      />
    </>
  );
}

/** Signs the terms of a release. */
export function SignForm({ place, terms, action }: { place: Place; terms: ShownTerms; action: FormAction }) {
  return (
    <>
      <TermsText
        version={`Of release ${terms.version}, SHA-256 ${terms.sha256.slice(0, 12)}`}
        text={terms.text}
      />
      <ActionForm
        name={`sign-${terms.sha256.slice(0, 12)}`}
        action={action}
        fields={[
          ...hidden({ ...place, termsSha256: terms.sha256 }),
          SIGNATURE('With it you agree to these terms.'),
        ]}
        submit="Sign terms"
        pending="Signing"
      />
    </>
  );
}

/** Answers the organizers' question. */
export function AnswerForm({ place, action }: { place: Place; action: FormAction }) {
  return (
    <ActionForm
      name="answer"
      action={action}
      fields={[
        ...hidden({ ...place }),
        { name: 'text', label: 'Your answer', type: 'lines', maxLength: 5000 },
      ]}
      submit="Send answer"
      pending="Sending"
    />
  );
}

/** Takes back a request, after a question. */
export function WithdrawForm({ place, action }: { place: Place; action: FormAction }) {
  return (
    <Confirmation label="Withdraw request">
      <p className="soft">The organizers stop deciding about it. You can write another one at any time.</p>
      <ActionButton action={action} values={{ ...place }} pending="Withdrawing" className="btn bad">
        Withdraw request
      </ActionButton>
    </Confirmation>
  );
}
