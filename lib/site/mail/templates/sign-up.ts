import type { Message } from '#lib/site/mail/message.ts';

/**
 * To an address that somebody has signed up with. Contains nothing that they typed, such as their name, so that the
 * site can't be used to send words to strangers.
 */
export function confirmSignUp({ url }: { url: string }): Message {
  return {
    subject: 'Confirm your Heldout account',
    parts: [
      'You are almost done. Open this link within 24 hours, and enter the password that you chose:',
      { label: 'Confirm your account', href: url },
      'If you didn’t sign up, there is nothing to do: without this link, there is no account.',
    ],
  };
}

/** To an address that has an account, when somebody signs up with it again. */
export function alreadySignedUp({ signInUrl, resetUrl }: { signInUrl: string; resetUrl: string }): Message {
  return {
    subject: 'You already have a Heldout account',
    parts: [
      'Somebody signed up to Heldout with this address, which already has an account. Nothing about it has changed. If it was you, sign in:',
      { label: 'Sign in', href: signInUrl },
      'If you have lost your password, set a new one:',
      { label: 'Set a new password', href: resetUrl },
    ],
  };
}
