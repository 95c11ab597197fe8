import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { isPlatformErrorCode } from '#lib/domain/evaluations/codes.ts';
import { counted } from '#lib/domain/units.ts';
import { ErrorCard } from './error-card.tsx';

export function SubmissionErrors({
  submission,
  evaluation,
  rerun,
}: {
  submission: SubmissionView;
  evaluation: EvaluationView;
  rerun: (form: FormData) => Promise<void>;
}) {
  const { error, caseErrors } = evaluation;
  const { keepsLogs } = submission.rules;
  return (
    <>
      {error ? (
        <section aria-labelledby="error">
          <h2 id="error">Why it failed</h2>
          <ErrorCard error={error} message={error.message} />
          {submission.viewerMay.rerun && isPlatformErrorCode(error.code) ? (
            <form action={rerun} className="actions">
              <input type="hidden" name="submission" value={submission.id} />
              <SubmitButton pending="Queuing">Rerun evaluation</SubmitButton>
            </form>
          ) : null}
        </section>
      ) : null}
      {caseErrors.length > 0 ? (
        <section aria-labelledby="failed">
          <h2 id="failed">{headline(evaluation)}</h2>
          <p className="soft narrow-text">
            A failed case ranks last and counts as the worst value of every metric.{' '}
            {submission.phase.kind === 'OPEN'
              ? `The cases of this phase are open, so you see which ones failed${keepsLogs ? ' and what your container printed' : ''}.`
              : 'A hidden phase doesn’t disclose which case failed. An open phase shows it, with the log.'}
          </p>
          {caseErrors.map((group) => (
            <ErrorCard key={group.code} error={group} keepsLogs={keepsLogs} />
          ))}
        </section>
      ) : null}
    </>
  );
}

function headline(evaluation: EvaluationView): string {
  const { failed, caseCount } = evaluation;
  if (failed === caseCount) return `All ${caseCount} cases failed`;
  const others = caseCount - failed;
  return `${counted(failed, 'case')} failed; the other ${others === 1 ? 'one still counts' : `${others} still count`}`;
}
