import { ACTIONS, type Action, type ActionRule, type TokenScope } from './actions.ts';
import { type Person, type Role, rolesOf, type Subject } from './roles.ts';

/** Whether a role may do an action. */
export function isAllowed(role: Role, action: Action): boolean {
  const { roles }: ActionRule = ACTIONS[action];
  return roles.includes(role);
}

/** Whether somebody may do an action to a subject, by any of their roles; null is a visitor. */
export function mayDo(action: Action, person: Person | null, subject?: Subject): boolean {
  return rolesOf(person, subject).some((role) => isAllowed(role, action));
}

/**
 * Whether an API token with these scopes is enough for an action. Only what the account itself may do is possible
 * with any token, so this is asked in addition to `mayDo`.
 */
export function tokenAllows(action: Action, scopes: readonly TokenScope[]): boolean {
  const { scope }: ActionRule = ACTIONS[action];
  if (scope === 'any') return true;
  return scope !== 'never' && scopes.includes(scope);
}
