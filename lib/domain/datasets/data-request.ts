import { z } from 'zod';

/** A person's request for the data of a dataset, from the draft to the end of their access. */

export const DATA_REQUEST_STATES = {
  DRAFT: { label: 'draft' },
  SUBMITTED: { label: 'waiting for a decision' },
  CLARIFICATION: { label: 'waiting for an answer' },
  APPROVED: { label: 'active' },
  EXPIRED: { label: 'expired' },
  DECLINED: { label: 'declined' },
  WITHDRAWN: { label: 'withdrawn' },
  REVOKED: { label: 'revoked' },
} as const satisfies Record<string, { label: string }>;

export type DataRequestState = keyof typeof DATA_REQUEST_STATES;
/** What is stored: an approval expires by the clock, so that access ends at once. */
export type StoredState = Exclude<DataRequestState, 'EXPIRED'>;

export const dataRequestStateSchema = z.enum(
  Object.keys(DATA_REQUEST_STATES) as [DataRequestState, ...DataRequestState[]],
);

/** The state at a time. */
export function stateAt(
  { state, expiresAt }: { state: StoredState; expiresAt: Date | null },
  now: Date,
): DataRequestState {
  return state === 'APPROVED' && expiresAt !== null && expiresAt <= now ? 'EXPIRED' : state;
}

/** What may follow. A person who has been declined, has withdrawn, or whose access has ended asks with a new request. */
const STEPS = {
  submit: { from: ['DRAFT'], to: 'SUBMITTED' },
  ask: { from: ['SUBMITTED', 'CLARIFICATION'], to: 'CLARIFICATION' },
  answer: { from: ['CLARIFICATION'], to: 'SUBMITTED' },
  approve: { from: ['SUBMITTED', 'CLARIFICATION'], to: 'APPROVED' },
  decline: { from: ['SUBMITTED', 'CLARIFICATION'], to: 'DECLINED' },
  withdraw: { from: ['DRAFT', 'SUBMITTED', 'CLARIFICATION'], to: 'WITHDRAWN' },
  revoke: { from: ['APPROVED'], to: 'REVOKED' },
} as const satisfies Record<string, { from: readonly DataRequestState[]; to: StoredState }>;
export type RequestStep = keyof typeof STEPS;

/** Where a step leads; null where it isn't possible. */
export function stepFrom(state: DataRequestState, step: RequestStep): StoredState | null {
  const { from, to }: { from: readonly DataRequestState[]; to: StoredState } = STEPS[step];
  return from.includes(state) ? to : null;
}

/** What a request’s history is made of. A note is the organizers’ own. */
export const REQUEST_EVENTS = [
  'SUBMIT',
  'ASK',
  'ANSWER',
  'APPROVE',
  'DECLINE',
  'WITHDRAW',
  'REVOKE',
  'NOTE',
] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** Not decided. A person has one at most. */
export const OPEN_STATES = ['DRAFT', 'SUBMITTED', 'CLARIFICATION'] as const satisfies readonly StoredState[];

export const coInvestigatorListSchema = z
  .array(
    z.strictObject({
      name: z.string().trim().min(1, 'Enter a name.').max(120),
      institution: z.string().trim().max(200).default(''),
    }),
  )
  .max(50);
export type CoInvestigator = z.output<typeof coInvestigatorListSchema>[number];

/** As a form takes them, one per line: `Bob Example, University of Example`. */
export function coInvestigatorLine({ name, institution }: CoInvestigator): string {
  return institution === '' ? name : `${name}, ${institution}`;
}

export function readCoInvestigatorLine(line: string): { name: string; institution: string } {
  const [name = '', ...institution] = line.split(',');
  return { name: name.trim(), institution: institution.join(',').trim() };
}

/** An approval ends soon if it does within this time. The person is told then, and may ask for its renewal. */
export const EXPIRING_DAYS = 30;

/** What a person is told about the end of an approval. */
export const APPROVAL_EVENTS = ['ends', 'ended'] as const;
