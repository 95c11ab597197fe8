import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { OwnRequest } from '#lib/api/pages/team.ts';
import { MAX_MESSAGE_LENGTH } from '#lib/domain/teams/limits.ts';

/** How somebody who isn't a member joins a team, and where their request stands. */
export function JoinSection({
  team,
  request,
  signInHref,
  keyField,
  ask,
  decide,
}: {
  team: string;
  /** The reader's latest request; null if there is none. */
  request: OwnRequest | null;
  /** Set for readers who aren't signed in. */
  signInHref: string | null;
  keyField: FieldSpec;
  ask: FormAction;
  decide: FormAction;
}) {
  return (
    <section aria-labelledby="join">
      <h2 id="join">Join this team</h2>
      {signInHref ? (
        <p>
          <PlainLink href={signInHref}>Sign in</PlainLink> to ask the team’s owner.
        </p>
      ) : request?.state === 'PENDING' ? (
        <>
          <p role="status">
            You asked on {utcDate(request.createdAt)}. The team’s owner hasn’t answered yet.
          </p>
          <div className="actions">
            <ActionButton
              action={decide}
              values={{ team, request: request.id, decision: 'withdraw' }}
              pending="Withdrawing"
            >
              Withdraw request
            </ActionButton>
          </div>
        </>
      ) : (
        <>
          {request?.state === 'DECLINED' ? (
            <p>
              <b>Your request was declined.</b> {request.reason}
            </p>
          ) : null}
          <ActionForm
            name="ask"
            action={ask}
            fields={[
              keyField,
              { name: 'team', label: '', type: 'hidden', value: team },
              {
                name: 'message',
                label: 'Message to the owner',
                type: 'lines',
                maxLength: MAX_MESSAGE_LENGTH,
                hint: 'Who you are, and why you want to join.',
              },
            ]}
            submit="Ask to join"
            pending="Asking"
          />
        </>
      )}
    </section>
  );
}
