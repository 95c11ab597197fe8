import { cookies } from 'next/headers';

/**
 * The address of a form that was just sent, for the page that follows. In a cookie and not in that page's address,
 * which ends up in logs and histories.
 */
const COOKIE = 'heldout.address';
const KINDS = ['signed-up', 'password-set', 'mailed'] as const;
const MAX_AGE_SECONDS = 600;

export interface AddressNote {
  kind: (typeof KINDS)[number];
  email: string;
}

/** For the page at `path` and below. */
export async function leaveNote(path: string, { kind, email }: AddressNote): Promise<void> {
  const options = { httpOnly: true, sameSite: 'lax', path, maxAge: MAX_AGE_SECONDS } as const;
  (await cookies()).set(COOKIE, `${kind} ${email}`, options);
}

export async function readNote(): Promise<AddressNote | null> {
  const [first, ...email] = ((await cookies()).get(COOKIE)?.value ?? '').split(' ');
  const kind = KINDS.find((known) => known === first);
  return kind && email.length > 0 ? { kind, email: email.join(' ') } : null;
}

export async function forgetNote(path: string): Promise<void> {
  (await cookies()).set(COOKIE, '', { path, maxAge: 0 });
}
