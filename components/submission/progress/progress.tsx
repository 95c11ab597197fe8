import { ordinal } from '#components/format/quantity.ts';
import { CaseStrip } from '#components/submission/cases/case-strip.tsx';
import { Question } from '#components/ui/question.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import { doneOf, formatTimeLeft } from './stages.ts';

/** How far it is: the count, what it waits for, one mark a scan, and the way to end it. */
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
  const moving = evaluation.state === 'QUEUED' || evaluation.state === 'RUNNING';
  return (
    <section aria-labelledby="progress">
      <h2 id="progress" className="vh">
        Progress
      </h2>
      <div className="big">
        <p className="n">
          {doneOf(evaluation)} <small>of {evaluation.caseCount} scans</small>
        </p>
        <p className="soft">
          {formatProgress(evaluation, hidden, asOf)}
          {hidden && evaluation.state === 'RUNNING' ? (
            <>
              <br />
              <span className="muted small">
                In a hidden phase counts move once a minute, and times are rounded to 15 minutes.
              </span>
            </>
          ) : null}
        </p>
        {cancel && moving ? (
          <div className="end">
            <Question word="Cancel submission">
              <p>
                {evaluation.startedAt === null
                  ? 'No runner has taken it yet: cancelling costs nothing of the quota.'
                  : 'The container is stopped within seconds and no score comes of it. It has started, so it counts against the quota.'}
              </p>
              <form action={cancel} className="actions">
                <input type="hidden" name="submission" value={submissionId} />
                <SubmitButton pending="Cancelling">Yes, cancel it</SubmitButton>
              </form>
            </Question>
          </div>
        ) : null}
      </div>
      <CaseStrip evaluation={evaluation} hidden={hidden} />
      {evaluation.platformError ? (
        <p className="soft narrow-text fault-note">
          <span className="mono warn">{evaluation.platformError.code}</span>:{' '}
          {evaluation.platformError.meaning} It went back to the queue{' '}
          {evaluation.requeues === 1 ? 'once' : `${evaluation.requeues} times`}; scans that were done are
          kept, and it costs you nothing.
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
        : `${ordinal(place)} of ${evaluation.queueLength} in the queue.`;
    }
    case 'RUNNING': {
      const left = formatTimeLeft(evaluation, hidden, asOf);
      if (left) return `${left[0]?.toUpperCase()}${left.slice(1)}.`;
      return evaluation.imageReadyAt ? 'The first scan is running.' : 'A runner is checking the image.';
    }
    case 'SCORED':
      return evaluation.failed === 0 ? 'Every scan has a score.' : 'Failed scans count as the worst value.';
    case 'FAILED':
      return 'The evaluation ended without a score.';
    case 'CANCELLED':
      return 'Cancelled: no score comes of it.';
  }
}
