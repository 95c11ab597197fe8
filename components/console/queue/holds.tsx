import Link from 'next/link';
import { utcDateTime } from '#components/format/time.ts';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { HoldKind, HoldView, QueueView } from '#lib/api/pages/organizer.ts';

interface Actions {
  hold: FormAction;
  release: (form: FormData) => Promise<void>;
}

const KINDS: Readonly<Record<HoldKind, string>> = {
  phase: 'A phase, by its name in addresses',
  team: 'A team, by its name in addresses',
  submission: 'One submission, by its ID',
};

/** What is held, and the form that holds more. */
export function Holds({
  view: { challenge, holds, viewerMay, counts },
  submission,
  actions,
}: {
  view: Pick<QueueView, 'challenge' | 'holds' | 'viewerMay' | 'counts'>;
  /** ID of the submission with which the form is filled in. */
  submission: string | undefined;
  actions: Actions;
}) {
  const place = { name: 'challenge', label: '', type: 'hidden', value: challenge.slug } as const;
  const fields: FieldSpec[] = [
    place,
    {
      ...{ name: 'kind', label: 'Hold', type: 'select' },
      options: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
      value: submission === undefined ? 'phase' : 'submission',
    },
    {
      ...{ name: 'name', label: 'Name or ID', type: 'text', maxLength: 100, value: submission ?? '' },
      hint: `Phases: ${counts.map(({ phaseSlug }) => phaseSlug).join(', ')}.`,
    },
    {
      ...{ name: 'reason', label: 'Reason', type: 'text', maxLength: 500 },
      hint: 'Organizers see it, and it is in the audit trail.',
    },
  ];
  return (
    <section className="console-section" aria-labelledby="holds">
      <h2 id="holds" className="h2s">
        Holds
      </h2>
      {holds.length === 0 ? (
        <p className="soft">Nothing is held. What is held keeps its place in the queue and doesn’t start.</p>
      ) : (
        <HoldsTable
          challenge={challenge.slug}
          holds={holds}
          release={viewerMay.hold ? actions.release : null}
        />
      )}
      {viewerMay.hold ? (
        <section id="hold" aria-label="Hold" className="narrow-text">
          <ActionForm action={actions.hold} name="hold" fields={fields} submit="Hold" pending="Holding" />
        </section>
      ) : null}
    </section>
  );
}

function HoldsTable({
  challenge,
  holds,
  release,
}: {
  challenge: string;
  holds: readonly HoldView[];
  release: Actions['release'] | null;
}) {
  return (
    <table className="plain stackable">
      <thead>
        <tr>
          <th scope="col">Held</th>
          <th scope="col">Reason</th>
          <th scope="col">By</th>
          <th scope="col" className="num">
            <span className="vh">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {holds.map((hold) => (
          <tr key={hold.id}>
            <th scope="row" className="anywhere">
              <Held hold={hold} />
            </th>
            <td className="anywhere line">{hold.reason}</td>
            <td className="line">
              {hold.heldBy}
              <span className="unit">{utcDateTime(hold.createdAt)}</span>
            </td>
            <td className="num">
              {release === null ? null : (
                <form action={release}>
                  <input type="hidden" name="challenge" value={challenge} />
                  <input type="hidden" name="hold" value={hold.id} />
                  <SubmitButton pending="Releasing" className="btn">
                    Release<span className="vh"> {heldName(hold)}</span>
                  </SubmitButton>
                </form>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function heldName({ phaseTitle, team, submission }: HoldView): string {
  return phaseTitle ?? team?.name ?? submission?.shortId ?? '';
}

function Held({ hold }: { hold: HoldView }) {
  const { submission, team } = hold;
  if (submission) {
    return (
      <>
        Submission{' '}
        <Link className="mono" href={`/submissions/${submission.id}`} prefetch={false}>
          {submission.shortId}
        </Link>
      </>
    );
  }
  return (
    <>
      {team ? 'Team' : 'Phase'} {heldName(hold)}
      {team ? <span className="unit mono">{team.slug}</span> : null}
    </>
  );
}
