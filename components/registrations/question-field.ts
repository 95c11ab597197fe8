import type { FieldSpec } from '#components/ui/action-form.tsx';
import { MAX_ANSWER_LENGTH, type Question } from '#lib/domain/registrations/questions.ts';

/** The field for an organizers’ question, named `answers.ID`. */
export function questionField(question: Question): FieldSpec {
  const { id, label, kind } = question;
  const name = `answers.${id}`;
  if (kind === 'agreement') return { name, label, type: 'agreement' };
  const optional = question.isRequired ? {} : { isOptional: true, hint: 'Optional.' };
  return kind === 'text'
    ? { name, label, type: 'lines', maxLength: MAX_ANSWER_LENGTH, ...optional }
    : { name, label, type: 'select', options: optionsOf(question.options), ...optional };
}

function optionsOf(options: readonly string[]) {
  return [{ value: '', label: 'Choose one' }, ...options.map((text) => ({ value: text, label: text }))];
}
