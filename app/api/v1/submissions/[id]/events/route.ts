import { answer } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { currentViewer, requestViewer } from '#lib/site/accounts/viewer.ts';
import { evaluationEvents } from '#lib/site/submissions/evaluation-events.ts';

export function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { id } = await context.params;
    const current = () => currentViewer(site, request);
    const events = await evaluationEvents(site, id, viewer, request.signal, current);
    return new Response(events, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        // Prevents nginx from buffering events.
        'x-accel-buffering': 'no',
      },
    });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.followSubmission.path);
