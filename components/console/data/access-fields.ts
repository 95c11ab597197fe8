import type { FieldSpec } from '#components/ui/action-form.tsx';
import type { AccessSettings } from '#lib/api/datasets/requests.ts';

export const ACCESS_OPTIONS = [
  { value: 'REQUEST', label: 'On request' },
  { value: 'OPEN', label: 'Open to everybody' },
] as const;

const QUESTIONS = '[{"kind": "text", "id": "ethics", "label": "Which ethics approval?", "isRequired": true}]';
const REPLIES = '[{"name": "Ethics", "text": "Please send your ethics approval."}]';

/** The form of how access to a dataset is given. */
export function accessFields(
  place: { challenge: string; dataset: string },
  settings: AccessSettings,
): FieldSpec[] {
  const { access, autoApprove, validityDays, dueDays, questions, replies } = settings;
  const json = (list: readonly unknown[]) =>
    list.length === 0 ? '' : `[${list.map((item) => JSON.stringify(item)).join(',\n ')}]`;
  return [
    { name: 'challenge', label: '', type: 'hidden', value: place.challenge },
    { name: 'dataset', label: '', type: 'hidden', value: place.dataset },
    { name: 'access', label: 'Access', type: 'select', options: ACCESS_OPTIONS, value: access },
    {
      ...{ name: 'autoApprove', label: 'Approve at once', type: 'lines', isOptional: true },
      hint: 'Addresses and domains, one per line, as in uni.example or *.uni.example. Only an address that its owner has confirmed counts.',
      value: autoApprove.join('\n'),
    },
    {
      ...{ name: 'validityDays', label: 'An approval lasts, in days', type: 'number', range: [1, 3650] },
      hint: 'Empty: until you revoke it. People are told before it ends.',
      isOptional: true,
      value: validityDays === null ? '' : String(validityDays),
    },
    {
      ...{ name: 'dueDays', label: 'You decide within, in days', type: 'number', range: [1, 3650] },
      hint: 'People see the date. Later, the request is overdue on Today.',
      value: String(dueDays),
    },
    {
      ...{ name: 'questions', label: 'Questions', type: 'lines', isOptional: true },
      hint: `What you ask besides institution, purpose and people, as JSON: ${QUESTIONS}`,
      value: json(questions),
    },
    {
      ...{ name: 'replies', label: 'Replies', type: 'lines', isOptional: true },
      hint: `Texts to choose from when you decide, as JSON: ${REPLIES}`,
      value: json(replies),
    },
  ];
}
