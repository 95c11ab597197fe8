import { z } from 'zod';
import { SLUG } from '#lib/domain/names/slug.ts';

/** What organizers ask a team that registers, and what it answers. */

export const MAX_ANSWER_LENGTH = 1000;

const base = {
  /** Its name in the API. */
  id: z
    .string()
    .min(1)
    .max(40)
    .regex(SLUG, 'Lower-case letters, digits and single hyphens, as in "institution".'),
  label: z.string().trim().min(1).max(300),
};

const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), ...base, isRequired: z.boolean().default(true) }),
  z.strictObject({
    kind: z.literal('choice'),
    ...base,
    isRequired: z.boolean().default(true),
    options: z.array(z.string().trim().min(1).max(100)).min(2).max(20),
  }),
  /** Has to be agreed to. */
  z.strictObject({ kind: z.literal('agreement'), ...base }),
]);
export type Question = z.infer<typeof questionSchema>;

export const questionListSchema = z
  .array(questionSchema)
  .max(20)
  .refine(
    (list) => new Set(list.map(({ id }) => id)).size === list.length,
    'Two questions have the same id.',
  );

/** Texts that organizers choose from when they decide. */
export const replyListSchema = z
  .array(z.strictObject({ name: z.string().trim().min(1).max(60), text: z.string().trim().min(1).max(500) }))
  .max(20)
  .refine(
    (list) => new Set(list.map(({ name }) => name)).size === list.length,
    'Two replies have the same name.',
  );

/** An answer, with the question as it was asked: organizers may change theirs. */
export const answerListSchema = z.array(z.object({ id: z.string(), label: z.string(), answer: z.string() }));
export type Answer = z.infer<typeof answerListSchema>[number];

/** The answer to an agreement. */
export const AGREED = 'yes';

export interface ReadAnswers {
  answers: Answer[];
  /** What is missing or wrong, by the question's ID. */
  problems: Record<string, string>;
}

/** The answers to these questions among those that were given, by ID. */
export function readAnswers(
  questions: readonly Question[],
  given: Readonly<Record<string, string>>,
): ReadAnswers {
  const problems: Record<string, string> = {};
  const answers: Answer[] = [];
  for (const question of questions) {
    const answer = (given[question.id] ?? '').trim();
    const problem = answerProblem(question, answer);
    if (problem) problems[question.id] = problem;
    else if (answer !== '') answers.push({ id: question.id, label: question.label, answer });
  }
  return { answers, problems };
}

function answerProblem(question: Question, answer: string): string | null {
  if (question.kind === 'agreement')
    return answer === AGREED ? null : 'You need to agree to this to register.';
  if (answer === '') return question.isRequired ? 'Answer this question.' : null;
  if (answer.length > MAX_ANSWER_LENGTH) return `At most ${MAX_ANSWER_LENGTH} characters.`;
  return question.kind === 'choice' && !question.options.includes(answer)
    ? 'Choose one of the options.'
    : null;
}
