import { DecisionForm } from '#components/console/decision-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';

const DECISIONS = [
  { value: 'approve', label: 'Approve' },
  { value: 'ask', label: 'Ask for clarification' },
  { value: 'decline', label: 'Decline' },
  { value: 'note', label: 'Note, for organizers only' },
] as const;

/** Decides about the requests that are selected in its table. */
export function RequestsForm({
  challenge,
  replies,
  action,
  children,
}: {
  challenge: string;
  /** Names of the replies to choose from. */
  replies: readonly string[];
  action: FormAction;
  children: React.ReactNode;
}) {
  return (
    <DecisionForm
      challenge={challenge}
      items="requests"
      legend="Decide about the selected requests"
      decisions={DECISIONS}
      replies={replies}
      reason={{ label: 'Text, for the person or as a note', maxLength: 2000 }}
      action={action}
      after={
        <Confirmation label="Revoke access">
          <p className="soft">
            Ends the access of the selected people to the dataset at once, also of downloads that go on. Say
            why in the text above: they read it. What they have already downloaded stays with them.
          </p>
          <SubmitButton pending="Revoking" className="btn bad" name="intent" value="revoke">
            Revoke access of the selected people
          </SubmitButton>
        </Confirmation>
      }
    >
      {children}
    </DecisionForm>
  );
}
