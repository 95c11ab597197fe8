import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { SelectionView, SubmissionView } from '#lib/api/submissions.ts';

type Select = (form: FormData) => Promise<void>;

/** In a phase where teams select what counts: whether this is it, and the button that makes it so. */
export function Selection({ submission, select }: { submission: SubmissionView; select: Select }) {
  const { selection, viewerMay, phase } = submission;
  if (!selection || submission.standing !== 'RANKED') return null;
  const { isSelected, refusal } = selection;
  return (
    <section>
      <h2>Selected submission</h2>
      {isSelected ? (
        <p>
          <b>This one is selected:</b> it counts on the leaderboard
          {submission.evaluation.state === 'SCORED' ? '' : ' once it has a score'}.
        </p>
      ) : (
        <p>
          {refusal ??
            `Teams select the submission that counts while ${phase.title} is open. Until then, the best one does.`}
        </p>
      )}
      {viewerMay.select ? <SelectButton id={submission.id} selection={selection} select={select} /> : null}
    </section>
  );
}

/** Nothing where the submission is selected, or can't be. */
export function SelectButton({
  id,
  name = 'this submission',
  selection: { isSelected, refusal },
  select,
}: {
  id: string;
  /** What the button selects; in lists, it isn't shown but spoken. */
  name?: string;
  selection: SelectionView;
  select: Select;
}) {
  if (isSelected || refusal !== null) return null;
  return (
    <form action={select} className="actions">
      <input type="hidden" name="submission" value={id} />
      <SubmitButton pending="Selecting" className="btn">
        Select <span className={name === 'this submission' ? undefined : 'vh'}>{name}</span>
      </SubmitButton>
    </form>
  );
}
