import { hash, verify } from '@node-rs/argon2';

/** Argon2id with OWASP's first recommendation: 19 MiB, two iterations, one lane. Takes 20 to 30 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let dummyHash: Promise<string> | undefined;

/**
 * Whether the password is right. Takes equally long if there is no account (`passwordHash` is null), so that
 * the response time doesn't reveal which addresses have one.
 */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  dummyHash ??= hashPassword('nobody has this password');
  // Also where it isn't needed, because the first request of a process waits for it.
  const dummy = await dummyHash;
  const matches = await verify(passwordHash ?? dummy, password);
  return matches && passwordHash !== null;
}
