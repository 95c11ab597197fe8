import { answer } from '#app/api/answer.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { streamExport } from '#lib/site/console/export/stream-export.ts';

interface Context {
  params: Promise<{ slug: string; file: string }>;
}

/** A table of the challenge as a file. */
export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { slug, file } = await context.params;
    const { name, type, text } = await streamExport(site, slug, file, await requestViewer(site, request));
    return new Response(text, {
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'no-store',
      },
    });
  });
}
