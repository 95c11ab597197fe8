import { teamNameProblem } from '#lib/domain/teams/team-name.ts';

/**
 * What makes a person's name look like another one, and what to do; null if nothing does. People have the same names,
 * and write theirs in two scripts, so that only the scripts within a word count.
 */
export function personNameProblem(name: string): string | null {
  for (const word of name.split(/[\s\p{Pd}()]+/u)) {
    const problem = teamNameProblem(word);
    if (problem) return problem;
  }
  return null;
}
