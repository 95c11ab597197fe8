import { ACTIONS, type Action, type ActionRule, ALL_ACTIONS } from '#lib/domain/rights/actions.ts';
import { isAllowed } from '#lib/domain/rights/policy.ts';
import { ALL_ROLES, ROLES } from '#lib/domain/rights/roles.ts';
import { code, table } from './markdown.ts';

const SCOPES = { any: 'any token', never: 'no token' } as const;

function scopeOf(action: Action): string {
  const { scope }: ActionRule = ACTIONS[action];
  return scope === 'any' || scope === 'never' ? SCOPES[scope] : code(scope);
}

/** docs/administrators/roles-and-rights.md */
export function rightsPage(): string {
  const roles = ALL_ROLES.map((role) => [ROLES[role].title, ROLES[role].description]);
  const rights = ALL_ACTIONS.map((action) => [
    ACTIONS[action].title,
    ...ALL_ROLES.map((role) => (isAllowed(role, action) ? 'yes' : '')),
  ]);
  const scopes = ALL_ACTIONS.map((action) => [code(action), ACTIONS[action].title, scopeOf(action)]);
  return `# Roles and rights

Who may do what. This page is generated from \`lib/domain/rights/actions.ts\` by \`npm run docs\`: the site asks the same
table before everything that it does, and a test tries every page, form and API route in every role. What no row names,
nobody may do.

## Roles

${table(['role', 'who'], roles)}

Whoever has several roles may do what any of them may: an editor who is also in a team may cancel all submissions and
submit for their team. A role counts only for its own challenge or team. An administrator can't act for a team.

## Rights

${table(['action', ...ALL_ROLES.map((role) => ROLES[role].title)], rights)}

Somebody who may not see a page gets "Page not found", as for a page that doesn't exist. The API answers 401 to a
visitor and 403 to everybody else.

## Scopes of API tokens

A token can do at most what its account may do. In addition, each action needs a scope:

${table(['action', 'what', 'scope'], scopes)}
`;
}
