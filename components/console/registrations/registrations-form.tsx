import { DecisionForm } from '#components/console/decision-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';

const DECISIONS = [
  { value: 'approve', label: 'Approve' },
  { value: 'decline', label: 'Decline' },
  { value: 'group', label: 'Move to group' },
] as const;

/** Decides about the teams that are selected in its table. */
export function RegistrationsForm({
  challenge,
  replies,
  action,
  children,
}: {
  challenge: string;
  /** Names of the replies to choose from. */
  replies: readonly string[];
  action: FormAction;
  /** The table with a checkbox for each team. */
  children: React.ReactNode;
}) {
  return (
    <DecisionForm
      challenge={challenge}
      items="teams"
      legend="Decide about the selected teams"
      decisions={DECISIONS}
      replies={replies}
      fields={[{ name: 'group', label: 'Group', type: 'text', maxLength: 60, isOptional: true }]}
      reason={{ label: 'Reason, for the teams', maxLength: 500 }}
      action={action}
    >
      {children}
    </DecisionForm>
  );
}
