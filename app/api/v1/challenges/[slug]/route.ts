import { challengeView } from '#lib/server/challenge-view.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json } from '../../../answer.ts';

interface Context {
  params: Promise<{ slug: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    return json(await challengeView(here, (await context.params).slug, viewer));
  });
}
