import { z } from 'zod';
import type { TokenScope } from '#lib/domain/rights/actions.ts';

/** What an API token may be for, and what that allows. Which action needs which is in lib/domain/rights/actions.ts. */
export const TOKEN_SCOPES: Readonly<Record<TokenScope, string>> = {
  read: 'See what you can see',
  submit: 'Create teams, upload, submit, and ask for data',
  organize: 'Run the challenges that you organize',
};

export const ALL_SCOPES = Object.keys(TOKEN_SCOPES) as [TokenScope, ...TokenScope[]];

export const tokenScopesSchema = z.array(z.enum(ALL_SCOPES)).min(1, 'Choose at least one.');

/** The choices of the form; the API takes any number of days. */
export const TOKEN_DAYS = [30, 90, 365] as const;
export const MAX_TOKEN_DAYS = 3650;
