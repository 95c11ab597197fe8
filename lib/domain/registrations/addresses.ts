import { z } from 'zod';

/**
 * Lists of email addresses, for who may register: an address (`ada@uni.example`), a domain (`uni.example`), or one with
 * wildcards (`*.uni.example`, `*@*.edu`). A `*` stands for any characters but `@`.
 */

export const REGISTRATION_MODES = ['OPEN', 'APPROVAL', 'LIST'] as const;
export type RegistrationMode = (typeof REGISTRATION_MODES)[number];

/** More would make a pattern slow to compare. */
const MAX_WILDCARDS = 3;

const patternSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(
    /^([^\s@]+@)?[^\s@]+\.[^\s@]+$/,
    'Enter an address or a domain, as in ada@uni.example or *.uni.example.',
  )
  .refine((text) => text.split('*').length - 1 <= MAX_WILDCARDS, `Use at most ${MAX_WILDCARDS} wildcards.`);

export const addressListSchema = z.array(patternSchema).max(500);

/** Whether an address is on a list. Someone without an address is on no list. */
export function isListed(list: readonly string[], email: string | null): boolean {
  if (email === null) return false;
  const address = email.toLowerCase();
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return list.some((pattern) => toExpression(pattern).test(pattern.includes('@') ? address : domain));
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^@]*')}$`);
}

export interface AddressRules {
  registration: RegistrationMode;
  allowedAddresses: readonly string[];
  deniedAddresses: readonly string[];
}

export type Admission = 'APPROVED' | 'PENDING' | 'REFUSED';

/** What becomes of a person's address. Of a team, the strictest of its members' counts. */
export function admissionOf(rules: AddressRules, email: string | null): Admission {
  if (isListed(rules.deniedAddresses, email)) return 'REFUSED';
  if (rules.registration === 'OPEN' || isListed(rules.allowedAddresses, email)) return 'APPROVED';
  return rules.registration === 'LIST' ? 'REFUSED' : 'PENDING';
}
