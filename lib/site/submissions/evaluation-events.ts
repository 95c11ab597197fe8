import { setTimeout as sleep } from 'node:timers/promises';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';
import { MINUTE_MS } from '#lib/domain/minutes.ts';
import { audienceOf, authorize, ofSubmission } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { type ReadEvaluation, readEvaluation } from './evaluation-view.ts';
import { findSubmission } from './find-submission.ts';

const MIN_INTERVAL_MS = 250;
const PING_EVERY_MS = 15_000;

/**
 * Server-sent events: the current evaluation at once, then every change (at most four per second, always
 * including the last one), a comment every 15 s so that no proxy closes an idle connection, and the end of
 * the stream when the evaluation is final. The viewer gets what the submission's page shows them, and no
 * event if that hasn't changed, because the time of an event would reveal what its content doesn't. At most
 * one event is buffered for a slow reader. Only for the team and the organizers: the public sees scored
 * submissions, which don't change. Before each comment, `currentViewer` says who the viewer is now; the stream ends when
 * they have been signed out or have left the team.
 */
export async function evaluationEvents(
  site: Site,
  submissionId: string,
  viewer: Viewer | null,
  signal: AbortSignal,
  currentViewer: () => Promise<Viewer | null> = async () => viewer,
): Promise<ReadableStream<Uint8Array>> {
  const { submission, evaluation, audience, rules } = await findSubmission(site, submissionId, viewer);
  authorize('submission.follow', viewer, ofSubmission(submission));
  const encoder = new TextEncoder();
  let stop = () => {};
  let onRead = () => {};
  return new ReadableStream({
    start(controller) {
      let ended = false;
      let wake = () => {};
      const isRead = () => (controller.desiredSize ?? 0) > 0;
      const unwatch = site.notifications.watch(evaluation.id, () => wake());
      const check = async () => {
        if (audienceOf(submission, await currentViewer()) !== audience) return stop();
        if (!ended && isRead()) controller.enqueue(encoder.encode(': ping\n\n'));
      };
      const ping = setInterval(() => {
        check().catch((error: unknown) => {
          site.log.error({ err: error }, 'an event stream failed');
          stop();
        });
      }, PING_EVERY_MS);
      stop = () => {
        if (ended) return;
        ended = true;
        unwatch();
        clearInterval(ping);
        wake();
        onRead();
      };
      signal.addEventListener('abort', stop);
      let lastSent = '';
      /** Sends the evaluation if its view has changed. */
      const sendChange = async (): Promise<ReadEvaluation> => {
        const read = await readEvaluation(site, evaluation.id, rules);
        const text = `event: evaluation\ndata: ${JSON.stringify(read.view)}\n\n`;
        if (text !== lastSent && !ended) controller.enqueue(encoder.encode(text));
        lastSent = text;
        return read;
      };
      const run = async () => {
        while (!ended) {
          // Created before the row is read, so that a change during the read is noticed.
          const changed = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const { view, checkAt } = await sendChange();
          if (ended || isFinal(view.state)) return;
          const nextRead = setTimeout(wake, untilNextRead(site.now(), checkAt));
          const read = isRead() ? null : new Promise<void>((resolve) => (onRead = resolve));
          await Promise.all([changed, sleep(MIN_INTERVAL_MS), read]);
          clearTimeout(nextRead);
        }
      };
      run()
        .catch((error: unknown) => site.log.error({ err: error }, 'an event stream failed'))
        .finally(() => {
          stop();
          // The reader may have closed the stream already.
          try {
            controller.close();
          } catch {}
        });
    },
    pull: () => onRead(),
    cancel: () => stop(),
  });
}

/**
 * Milliseconds until the view may change without an event: at each full minute, when the counts of a hidden
 * phase change, and when a runner counts as silent, which it can't announce itself.
 */
function untilNextRead(now: Date, checkAt: Date | null): number {
  const minuteMs = MINUTE_MS - (now.getTime() % MINUTE_MS);
  return checkAt ? Math.min(minuteMs, Math.max(checkAt.getTime() - now.getTime(), 0)) : minuteMs;
}
