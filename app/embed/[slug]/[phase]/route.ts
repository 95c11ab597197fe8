import { BRIEFLY } from '#app/api/public-file.ts';
import { embedPage, embedRefusal } from '#components/rankings/embed-page.ts';
import { embedQuerySchema, toEmbedded } from '#lib/api/rankings/embed.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { leaderboardView } from '#lib/site/leaderboards/leaderboard-view.ts';
import { site } from '#lib/site/site.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

/**
 * A leaderboard for frames of other sites, the only address that they may frame. Not a page of Next, because those
 * have scripts and forms.
 */
export async function GET(request: Request, context: Context): Promise<Response> {
  const { slug, phase } = await context.params;
  const asked = Object.fromEntries(new URL(request.url).searchParams);
  // A broken address shows the usual number of entries rather than an error.
  const { limit } = embedQuerySchema.catch(embedQuerySchema.parse({})).parse(asked);
  try {
    // As a visitor sees it, whoever looks at the frame.
    const view = await leaderboardView(site(), slug, phase, null, { limit });
    return html(200, embedPage(toEmbedded(view, site().environment.origin)), BRIEFLY);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return html(404, embedRefusal('There is no public leaderboard at this address.'), 'no-store');
  }
}

function html(status: number, body: string, cacheControl: string): Response {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': cacheControl };
  return new Response(body, { status, headers });
}
