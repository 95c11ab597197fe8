import { isFinal } from '#lib/domain/evaluation-state.ts';
import type { Viewer } from '#lib/domain/views.ts';
import { readEvaluation } from './evaluation-view.ts';
import { findSubmission } from './find-submission.ts';
import type { Site } from './site.ts';

const AT_MOST_EVERY_MS = 250;
const PING_EVERY_MS = 15_000;

/**
 * Server-sent events: the evaluation as it stands at once, then at every change (at most four a second, the
 * last one always), a comment every 15 s so that no proxy takes the silence for an end, and the end when it
 * is final. The reader sees what the submission's page shows him.
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
  return new ReadableStream({
    start(controller) {
      let ended = false;
      let wake = () => {};
      const unwatch = site.notifications.watch(evaluation.id, () => wake());
      const ping = setInterval(() => controller.enqueue(encoder.encode(': ping\n\n')), PING_EVERY_MS);
      stop = () => {
        if (ended) return;
        ended = true;
        unwatch();
        clearInterval(ping);
        wake();
      };
      gone.addEventListener('abort', stop);
      const run = async () => {
        while (!ended) {
          // Set before the row is read: what changes while it is read is read again.
          const changed = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const view = await readEvaluation(site, evaluation.id, rules);
          if (ended) return;
          controller.enqueue(encoder.encode(`event: evaluation\ndata: ${JSON.stringify(view)}\n\n`));
          if (isFinal(view.state)) return;
          await Promise.all([changed, pause(AT_MOST_EVERY_MS)]);
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
    cancel: () => stop(),
  });
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
