import { DomainError } from '#lib/domain/errors.ts';

/** Shorter ones are refused anyway (lib/api/accounts.ts). */
const MIN_LENGTH = 10;

let loaded: Promise<ReadonlySet<string>> | undefined;

/**
 * The passwords that people choose most, from leaked lists, in lower case: about 49,000, which include the 10,000
 * commonest. From zxcvbn (MIT).
 */
function loadCommon(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    const passwords = dictionary['passwords-common'] as readonly string[];
    return new Set(passwords.filter(({ length }) => length >= MIN_LENGTH));
  });
  return loaded;
}

/** Refuses a new password that is among the first that anybody would guess. Throws INVALID for its field. */
export async function requireUncommonPassword(
  password: string,
  { email, name }: { email?: string | null; name?: string } = {},
): Promise<void> {
  const common = await loadCommon();
  const typed = password.toLowerCase();
  if (common.has(typed)) {
    throw refusal(
      'This is one of the passwords that are guessed first. Choose another one, for example four random words.',
    );
  }
  if (typed === email?.toLowerCase() || typed === name?.toLowerCase()) {
    throw refusal('Choose a password that isn’t your name or address.');
  }
}

function refusal(message: string): DomainError {
  return new DomainError('INVALID', message, { password: message });
}
