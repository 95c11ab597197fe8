import { formatOrdinal } from '#components/format/quantity.ts';
import { CaseStrip } from '#components/submission/cases/case-strip.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import { doneOf, formatTimeLeft } from './stages.ts';

/** Progress of the evaluation: the count, the time left, one mark per case, and the form that cancels it. */
export function Progress({
  evaluation,
  hidden,
  asOf,
  submissionId,
  cancel,
}: {
  evaluation: EvaluationView;
  hidden: boolean;
  asOf: string;
  submissionId: string;
  cancel: ((form: FormData) => Promise<void>) | null;
}) {
  const isActive = evaluation.state === 'QUEUED' || evaluation.state === 'RUNNING';
  return (
    <section aria-labelledby="progress">
      <h2 id="progress" className="vh">
        Progress
      </h2>
      <div className="big">
        <p className="n">
          {doneOf(evaluation)} <small>of {evaluation.caseCount} cases</small>
        </p>
        <p className="soft">
          {formatProgress(evaluation, hidden, asOf)}
          {hidden && evaluation.state === 'RUNNING' ? (
            <>
              <br />
              <span className="muted small">
                In a hidden phase, counts update once a minute and times are rounded to 15 minutes.
              </span>
            </>
          ) : null}
        </p>
        {cancel && isActive ? (
          <div className="end">
            <Confirmation label="Cancel submission">
              <p>
                {evaluation.startedAt === null
                  ? 'No runner has started it yet, so cancelling doesn’t use quota.'
                  : 'The container is stopped within seconds, and the submission gets no score. It counts against the quota, because it has started.'}
              </p>
              <form action={cancel} className="actions">
                <input type="hidden" name="submission" value={submissionId} />
                <SubmitButton pending="Cancelling">Yes, cancel submission</SubmitButton>
              </form>
            </Confirmation>
          </div>
        ) : null}
      </div>
      <CaseStrip evaluation={evaluation} hidden={hidden} />
      {evaluation.platformError ? (
        <p className="soft narrow-text error-note">
          <span className="mono warn">{evaluation.platformError.code}</span>:{' '}
          {evaluation.platformError.meaning} The evaluation was requeued{' '}
          {evaluation.requeues === 1 ? 'once' : `${evaluation.requeues} times`}. Finished cases are kept, and
          the retry uses no quota.
        </p>
      ) : null}
    </section>
  );
}

function formatProgress(evaluation: EvaluationView, hidden: boolean, asOf: string): string {
  switch (evaluation.state) {
    case 'QUEUED': {
      if (evaluation.waitsFor) return evaluation.waitsFor;
      const place = evaluation.queuePlace;
      if (place === null) return 'Waiting for a runner.';
      return place === 1
        ? 'Next in the queue.'
        : `${formatOrdinal(place)} of ${evaluation.queueLength} in the queue.`;
    }
    case 'RUNNING': {
      const left = formatTimeLeft(evaluation, hidden, asOf);
      if (left) return `${left[0]?.toUpperCase()}${left.slice(1)}.`;
      return evaluation.imageReadyAt ? 'The first case is running.' : 'A runner is checking the image.';
    }
    case 'SCORED':
      return evaluation.failed === 0 ? 'Every case has a score.' : 'Failed cases count as the worst value.';
    case 'FAILED':
      return 'The evaluation failed without a score.';
    case 'CANCELLED':
      return 'The submission was cancelled without a score.';
  }
}
