import { z } from 'zod';
import { isCountry } from '#lib/domain/accounts/countries.ts';
import { parseOrcid } from '#lib/domain/accounts/orcid.ts';
import { ALL_SCOPES, MAX_TOKEN_DAYS, tokenScopesSchema } from '#lib/domain/accounts/token-scopes.ts';
import { personNameProblem } from '#lib/domain/names/person-name.ts';
import { nameSchema } from './values.ts';

/** Normalized everywhere, so that sign-in ignores case. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'At most 254 characters.')
  .pipe(z.email('Enter an email address, for example ada@example.org.'));

export const passwordSchema = z
  .string()
  .min(10, 'At least 10 characters.')
  .max(200, 'At most 200 characters.');

export const accountSchema = z.strictObject({
  name: nameSchema(80, personNameProblem),
  email: emailSchema,
  password: passwordSchema,
});

/** An empty text means nothing. */
const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullable());

const orcidSchema = z.string().transform((text, context) => {
  const orcid = parseOrcid(text);
  if (orcid !== null) return orcid;
  context.addIssue({
    code: 'custom',
    message: 'This isn’t an ORCID iD. Copy it from orcid.org, for example 0000-0002-1825-0097.',
  });
  return z.NEVER;
});

/** What somebody says about themselves. */
export const profileSchema = z.strictObject({
  name: accountSchema.shape.name,
  affiliation: orNull(nameSchema(120)),
  country: orNull(z.string().refine(isCountry, 'Choose a country from the list.')),
  orcid: orNull(orcidSchema),
});

/** The same for an address that has an account and for one that had none. */
export const signUpResponseSchema = z.object({ message: z.string() });

/** The sign-in checks email and password, and doesn't reveal which of the two is wrong. */
export const createTokenRequestSchema = z.strictObject({
  email: z.string(),
  password: z.string(),
  /** Of the second factor, if the account has one. */
  code: z.string().max(40).default(''),
  /** A name by which the account's owner recognizes the token. */
  name: nameSchema(80),
  /** What it is for: all if left out. */
  scopes: tokenScopesSchema.default(ALL_SCOPES),
  /** It never expires if left out or null. */
  expiresInDays: z.int().min(1).max(MAX_TOKEN_DAYS).nullable().default(null),
});

/** The only response that contains the secret: the site stores just its hash. */
export const createTokenResponseSchema = z.object({ token: z.string() });
