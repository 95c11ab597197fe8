/** The answers by the ID of the question, from fields named `answers.ID`. */
export function answersOf(form: FormData): Record<string, string> {
  const answers = [...form].flatMap(([name, value]) =>
    name.startsWith('answers.') && typeof value === 'string' ? [[name.slice('answers.'.length), value]] : [],
  );
  return Object.fromEntries(answers);
}
