import { z } from 'zod';
import { nameProblem, normalizeName } from '#lib/domain/names/visible-name.ts';

/** It labels a line in figures. */
export const MAX_BASELINE_NAME_LENGTH = 40;

/** What the leaderboard calls an algorithm of the organizers. */
export const baselineNameSchema = z
  .string()
  .transform(normalizeName)
  .pipe(
    z
      .string()
      .min(1, 'Enter a name: the leaderboard shows it.')
      .max(MAX_BASELINE_NAME_LENGTH, `Use at most ${MAX_BASELINE_NAME_LENGTH} characters.`)
      .superRefine((name, context) => {
        const problem = name === '' ? null : nameProblem(name);
        if (problem !== null) context.addIssue(problem);
      }),
  );
