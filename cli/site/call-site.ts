import type { JsonRoute, ResponseBody } from '#lib/api/routes.ts';
import { type JsonRequest, sendJson } from './send-json.ts';
import { siteAnswer } from './site-answer.ts';

/**
 * Sends a JSON request and returns the body of the answer. Throws CommandError if the site can't be reached, and with
 * the site’s message if it refuses.
 */
export async function callSite<Route extends JsonRoute>(
  request: JsonRequest & { route: Route },
): Promise<ResponseBody<Route>> {
  const { status, text } = await sendJson(request);
  return siteAnswer(request.url, request.route, status, text);
}
