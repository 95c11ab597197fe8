import { CommandError } from '#cli/command.ts';

/** The JSON of a site's answer. Throws CommandError with the site's own words where it refuses. */
export function siteAnswer(url: URL, status: number, text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new CommandError(`${url.origin} answered ${status} without JSON: is it a Heldout site?`);
  }
  if (status >= 200 && status < 300) return answer;
  const message = (answer as { error?: { message?: unknown } }).error?.message;
  throw new CommandError(typeof message === 'string' ? message : `${url.origin} answered ${status}.`);
}
