import { zonedDateTime } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { RehearsalView } from '#lib/api/pages/organizer/rehearsal.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';
import { counted } from '#lib/domain/units.ts';

/** What organizers have submitted to a phase that hasn't opened, and what becomes of it. */
export function Rehearsal({
  view,
  place,
  remove,
}: {
  view: RehearsalView;
  place: { challenge: string; phase: string };
  remove: FormAction;
}) {
  const { submissions, opensAt, zone, keeps, isReady, viewerMayRehearse } = view;
  const scored = submissions.filter(({ state }) => state === 'SCORED').length;
  return (
    <>
      <h2>Rehearsal</h2>
      <p className="narrow-text">
        <b>
          Rehearsal until {zonedDateTime(opensAt, zone)}
          {submissions.length > 0 ? `; ${scored} of ${counted(submissions.length, 'baseline')} scored` : ''}.
        </b>{' '}
        Until the phase opens, its organizers can submit their own algorithms, without registration or quota.
        Only organizers see them.{' '}
        {keeps
          ? 'When the phase opens, they become baselines on its leaderboard.'
          : 'When the phase opens, they are removed, because “Keep the rehearsal as baselines” is off.'}
      </p>
      {submissions.length > 0 ? <Submissions submissions={submissions} /> : null}
      {viewerMayRehearse ? (
        <div className="actions">
          {isReady ? (
            <PlainLink className="btn" href={`/challenges/${place.challenge}/submit`}>
              Rehearse with a baseline
            </PlainLink>
          ) : (
            <p className="soft">Import a test set first.</p>
          )}
          {submissions.length > 0 ? (
            <Confirmation label="Remove the rehearsal …">
              <p>
                {counted(submissions.length, 'submission')} and their scores are deleted, and settings that
                judge submissions can change again. You can’t undo that; your archives stay.
              </p>
              <ActionButton action={remove} values={place} pending="Removing" className="btn bad">
                Remove the rehearsal
              </ActionButton>
            </Confirmation>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

function Submissions({ submissions }: Pick<RehearsalView, 'submissions'>) {
  return (
    <table className="plain stackable">
      <caption className="vh">Submissions of the rehearsal</caption>
      <thead>
        <tr>
          <th scope="col">Submission</th>
          <th scope="col">Algorithm</th>
          <th scope="col">Team</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {submissions.map(({ id, shortId, algorithm, team, state, doneCases, caseCount }) => (
          <tr key={id}>
            <th scope="row" className="mono">
              <PlainLink href={`/submissions/${id}`}>{shortId}</PlainLink>
            </th>
            <td data-l="Algorithm" className="anywhere">
              {algorithm}
            </td>
            <td data-l="Team">{team}</td>
            <td data-l="State">
              {state.toLowerCase()}
              {isFinal(state) ? '' : `, ${doneCases} of ${counted(caseCount, 'case')}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
