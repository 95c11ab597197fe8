import { formatOrdinal } from '#components/format/quantity.ts';
import { CaseStrip } from '#components/submission/cases/case-strip.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { Preformatted } from '#components/ui/preformatted.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import { ERROR_EXPLANATIONS } from '#lib/domain/evaluations/codes.ts';
import { formatSilence } from './silence.ts';
import { doneOf, formatTimeLeft, waitsForScorer } from './stages.ts';

/** Progress of the evaluation: the count, the time left, one mark per case, and the form that cancels it. */
export function Progress({
  evaluation,
  hidden,
  asOf,
  nowMs,
  submissionId,
  cancel,
}: {
  evaluation: EvaluationView;
  hidden: boolean;
  asOf: string;
  /** The server’s current time. */
  nowMs: number;
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
          {formatSilence(evaluation, nowMs) ?? formatProgress(evaluation, hidden, asOf)}
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
              <p>{formatCancel(evaluation)}</p>
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
          {evaluation.platformError.meaning} {formatInterruption(evaluation)}
        </p>
      ) : null}
      {evaluation.platformError?.detail ? (
        <Preformatted kind="log">{evaluation.platformError.detail}</Preformatted>
      ) : null}
    </section>
  );
}

/** What cancelling means for the score and the quota. */
function formatCancel({
  startedAt,
  usesQuotaOnceCancelled,
  platformError,
  runnerSilence,
}: EvaluationView): string {
  if (usesQuotaOnceCancelled)
    return 'The container is stopped within seconds, and the submission gets no score. It counts against the quota, because it has started.';
  if (startedAt === null && !platformError)
    return 'No runner has started it yet, so cancelling uses no quota.';
  const reason = runnerSilence ? 'its runner stopped answering' : 'a platform error interrupted it';
  return `The submission gets no score. Cancelling uses no quota, because ${reason}.`;
}

/** What followed from the platform error. */
function formatInterruption({ state, requeues, platformError }: EvaluationView): string {
  if (state === 'CANCELLED') return 'It was cancelled after that, which uses no quota.';
  if (platformError?.code === 'SCORER_FAILED') return ERROR_EXPLANATIONS.SCORER_FAILED.steps.join(' ');
  const times = requeues > 1 ? ` ${requeues} times` : requeues === 1 ? ' once' : '';
  return `The evaluation was requeued${times}. Finished cases are kept, and the retry uses no quota.`;
}

function formatProgress(evaluation: EvaluationView, hidden: boolean, asOf: string): string {
  switch (evaluation.state) {
    case 'QUEUED': {
      if (waitsForScorer(evaluation)) return 'Your container is done. The score waits for the organizers.';
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
      return `The submission was cancelled without a score. It ${evaluation.usesQuota ? 'counts against the quota, because it had started' : 'uses no quota'}.`;
  }
}
