import { importTestSet } from '#lib/server/import-test-set.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { announcedBytes, answer, bodyOf, json } from '../../../../../../answer.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { slug: challenge, phase } = await context.params;
    const upload = { challenge, phase, chunks: bodyOf(request), expectedBytes: announcedBytes(request) };
    return json({ testSet: await importTestSet(here, upload, viewer) }, 201);
  });
}
