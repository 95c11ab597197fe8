import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { TeamManagement } from '#lib/api/teams/teams.ts';

type Merge = TeamManagement['merges'][number];

/** Merging with another team: what it means, requests that wait, and a form for a new one. */
export function MergeSection({
  team,
  keyField,
  ask,
  decide,
}: {
  team: TeamManagement;
  keyField: FieldSpec;
  ask: FormAction;
  decide: FormAction;
}) {
  const outgoing = team.merges.find(({ from }) => from.slug === team.slug);
  const incoming = team.merges.filter(({ into }) => into.slug === team.slug);
  return (
    <section className="console-section narrow-section" aria-labelledby="merge">
      <h2 id="merge">Merge with another team</h2>
      <p className="soft">
        Both owners must agree. The members, archives and submissions of the team that asks go over to the
        other team; submissions to closed phases stay where they are. The quota that both have used adds up.
        Name the other team by the end of the address of its page, such as{' '}
        <span className="mono">midline-lab</span>.
      </p>
      {incoming.map((merge) => (
        <Incoming key={merge.id} merge={merge} decide={decide} />
      ))}
      {outgoing ? (
        <div className="merge-request">
          <p>
            You asked to merge into{' '}
            <PlainLink href={`/teams/${outgoing.into.slug}`}>{outgoing.into.name}</PlainLink> on{' '}
            {utcDate(outgoing.createdAt)}. Its owner hasn’t answered yet.
          </p>
          <ActionButton
            action={decide}
            values={{ team: team.slug, merge: outgoing.id, decision: 'withdraw' }}
            pending="Withdrawing"
          >
            Withdraw request
          </ActionButton>
        </div>
      ) : (
        <ActionForm
          inline
          name="merge"
          action={ask}
          fields={[
            keyField,
            { name: 'team', label: '', type: 'hidden', value: team.slug },
            {
              name: 'into',
              label: 'Other team',
              type: 'text',
              autoComplete: 'off',
            },
          ]}
          submit={`Ask to merge ${team.name} into it`}
          pending="Asking"
        />
      )}
    </section>
  );
}

function Incoming({ merge, decide }: { merge: Merge; decide: FormAction }) {
  const { id, from, into } = merge;
  const values = { team: into.slug, merge: id };
  return (
    <div className="merge-request">
      <p>
        The owner of <PlainLink href={`/teams/${from.slug}`}>{from.name}</PlainLink> asks to merge it into
        yours.
      </p>
      <div className="row-actions">
        <Confirmation label={`Merge ${from.name} into this team`}>
          <p>
            Merge {from.name} into {into.name}? This can’t be undone. Its members become members of{' '}
            {into.name} and see all of its submissions. What both teams have used of each quota adds up, so
            less of it may be left, or nothing.
          </p>
          <div className="actions">
            <ActionButton
              action={decide}
              values={{ ...values, decision: 'accept' }}
              pending="Merging"
              className="btn bad"
            >
              Merge the teams
            </ActionButton>
          </div>
        </Confirmation>
        <ActionButton action={decide} values={{ ...values, decision: 'decline' }} pending="Declining">
          Decline<span className="vh"> to merge with {from.name}</span>
        </ActionButton>
      </div>
    </div>
  );
}
