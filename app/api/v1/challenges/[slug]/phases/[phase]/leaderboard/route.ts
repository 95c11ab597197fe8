import { boardView } from '#lib/server/board-view.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json } from '../../../../../../answer.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { slug, phase } = await context.params;
    return json(await boardView(here, slug, phase, viewer));
  });
}
