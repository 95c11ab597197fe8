import type { Viewer } from '#lib/api/pages/viewer.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';
import type { Site } from '#lib/site/site.ts';
import { MINUTE_MS } from './disclose-evaluation.ts';
import { readEvaluation } from './evaluation-view.ts';
import { findSubmission } from './find-submission.ts';

const MIN_INTERVAL_MS = 250;
const PING_EVERY_MS = 15_000;

/**
 * Server-sent events: the evaluation as it stands at once, then at every change (at most four a second, the
 * last one always), a comment every 15 s so that no proxy takes the silence for an end, and the end when it
 * is final. The reader sees what the submission's page shows him, and nothing where that has not changed: when an
 * event comes would tell what it does not say. For one who does not read no more than one event is held.
 */
export async function evaluationEvents(
  site: Site,
  submissionId: string,
  viewer: Viewer | null,
  gone: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { evaluation, rules } = await findSubmission(site, submissionId, viewer);
  const encoder = new TextEncoder();
  let stop = () => {};
  let onRead = () => {};
  return new ReadableStream({
    start(controller) {
      let ended = false;
      let wake = () => {};
      const isRead = () => (controller.desiredSize ?? 0) > 0;
      const unwatch = site.notifications.watch(evaluation.id, () => wake());
      const ping = setInterval(() => {
        if (isRead()) controller.enqueue(encoder.encode(': ping\n\n'));
      }, PING_EVERY_MS);
      stop = () => {
        if (ended) return;
        ended = true;
        unwatch();
        clearInterval(ping);
        wake();
        onRead();
      };
      gone.addEventListener('abort', stop);
      let told = '';
      /** Tells what there is to tell; true where nothing will come any more. */
      const tell = async (): Promise<boolean> => {
        const view = await readEvaluation(site, evaluation.id, rules);
        if (ended) return true;
        const text = `event: evaluation\ndata: ${JSON.stringify(view)}\n\n`;
        if (text !== told) controller.enqueue(encoder.encode(text));
        told = text;
        return isFinal(view.state);
      };
      const run = async () => {
        while (!ended) {
          // Set before the row is read: what changes while it is read is read again.
          const changed = new Promise<void>((resolve) => {
            wake = resolve;
          });
          if (await tell()) return;
          // Counts of a hidden phase move with the minute.
          const minute = setTimeout(wake, MINUTE_MS - (site.now().getTime() % MINUTE_MS));
          const read = isRead() ? null : new Promise<void>((resolve) => (onRead = resolve));
          await Promise.all([changed, pause(MIN_INTERVAL_MS), read]);
          clearTimeout(minute);
        }
      };
      run()
        .catch((error: unknown) => site.log.error({ err: error }, 'an event stream failed'))
        .finally(() => {
          stop();
          // The reader may have closed it.
          try {
            controller.close();
          } catch {}
        });
    },
    pull: () => onRead(),
    cancel: () => stop(),
  });
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
