import { CommandError } from '#cli/command.ts';
import { readAnswer } from '#lib/api/read-answer.ts';
import type { JsonRoute, ResponseBody } from '#lib/api/routes.ts';

/** The body of a site’s answer. If the site refuses, throws CommandError with the site’s message. */
export function siteAnswer<Route extends JsonRoute>(
  url: URL,
  route: Route,
  status: number,
  text: string,
): ResponseBody<Route> {
  const answer = readAnswer(route, status, text);
  if (answer.kind === 'success') return answer.body;
  if (answer.kind === 'problem') throw new CommandError(answer.problem.detail);
  throw new CommandError(
    `${url} returned status ${status} and a body that this command can’t read. Check that this is the address of a Heldout site, and that both have the same version.`,
  );
}
