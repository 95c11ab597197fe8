import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { TeamManagement } from '#lib/api/teams/teams.ts';
import { MAX_MESSAGE_LENGTH } from '#lib/domain/teams/limits.ts';

/** Who asks to join, and the owner's answers. */
export function RequestList({ team, decide }: { team: TeamManagement; decide: FormAction }) {
  return (
    <ul className="request-list">
      {team.requests.map(({ id, name, message, createdAt }) => (
        <li key={id}>
          <div>
            <p>
              <b>{name}</b> <span className="muted">asked on {utcDate(createdAt)}</span>
            </p>
            <p className="message">{message}</p>
          </div>
          <div className="row-actions">
            <ActionButton
              action={decide}
              values={{ team: team.slug, request: id, decision: 'accept' }}
              pending="Accepting"
              className="btn primary"
            >
              Accept<span className="vh"> {name}</span>
            </ActionButton>
            <Confirmation label={`Decline ${name}`}>
              <ActionForm
                name={`decline-${id}`}
                action={decide}
                fields={[
                  { name: 'team', label: '', type: 'hidden', value: team.slug },
                  { name: 'request', label: '', type: 'hidden', value: id },
                  { name: 'decision', label: '', type: 'hidden', value: 'decline' },
                  {
                    name: 'reason',
                    label: 'Reason',
                    type: 'lines',
                    maxLength: MAX_MESSAGE_LENGTH,
                    hint: `${name} reads it.`,
                  },
                ]}
                submit="Decline request"
                pending="Declining"
              />
            </Confirmation>
          </div>
        </li>
      ))}
    </ul>
  );
}
