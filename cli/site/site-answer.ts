import { CommandError } from '#cli/command.ts';
import { readAnswer } from '#lib/api/read-answer.ts';
import type { JsonRoute, ResponseBody } from '#lib/api/routes.ts';

/** The body of a site's answer. Throws CommandError: with the site's own words where it refuses. */
export function siteAnswer<Route extends JsonRoute>(
  url: URL,
  route: Route,
  status: number,
  text: string,
): ResponseBody<Route> {
  const answer = readAnswer(route, status, text);
  if (answer.kind === 'success') return answer.body;
  if (answer.kind === 'problem') throw new CommandError(answer.problem.detail);
  const why = 'Either no Heldout site is there, or its version is not that of this command.';
  throw new CommandError(`${url} answered ${status} with what this command can't read. ${why}`);
}
