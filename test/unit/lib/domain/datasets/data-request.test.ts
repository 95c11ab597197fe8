import { expect, test } from 'vitest';
import {
  coInvestigatorLine,
  type DataRequestState,
  dataRequestStateSchema,
  type RequestStep,
  readCoInvestigatorLine,
  stateAt,
  stepFrom,
} from '#lib/domain/datasets/data-request.ts';

test('an approval expires at its very date, and nothing else does', () => {
  const now = new Date('2026-12-01T12:00:00Z');
  expect(stateAt({ state: 'APPROVED', expiresAt: null }, now)).toBe('APPROVED');
  expect(stateAt({ state: 'APPROVED', expiresAt: new Date(now.getTime() + 1) }, now)).toBe('APPROVED');
  expect(stateAt({ state: 'APPROVED', expiresAt: now }, now)).toBe('EXPIRED');
  expect(stateAt({ state: 'REVOKED', expiresAt: now }, now)).toBe('REVOKED');
});

test('each step is possible from its states only', () => {
  const steps: Record<RequestStep, DataRequestState[]> = {
    submit: ['DRAFT'],
    ask: ['SUBMITTED', 'CLARIFICATION'],
    answer: ['CLARIFICATION'],
    approve: ['SUBMITTED', 'CLARIFICATION'],
    decline: ['SUBMITTED', 'CLARIFICATION'],
    withdraw: ['DRAFT', 'SUBMITTED', 'CLARIFICATION'],
    revoke: ['APPROVED'],
  };
  for (const [step, from] of Object.entries(steps)) {
    const possible = dataRequestStateSchema.options.filter((state) => stepFrom(state, step as RequestStep));
    expect(possible).toEqual(from);
  }
});

test('a line of the form names a person and their institution, which may have commas', () => {
  const bob = { name: 'Bob Example', institution: 'Department of Examples, Example, US' };
  expect(readCoInvestigatorLine(coInvestigatorLine(bob))).toEqual(bob);
  expect(readCoInvestigatorLine('Bob Example')).toEqual({ name: 'Bob Example', institution: '' });
});
