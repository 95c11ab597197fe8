/**
 * The address that somebody has just signed up with, so that the sign-in page can fill it in. In a cookie and not
 * in the page's address, which ends up in logs and histories.
 */
export const SIGN_UP_COOKIE = 'heldout.sign-up';

export const SIGN_UP_COOKIE_OPTIONS = {
  httpOnly: true,
  sameSite: 'lax',
  path: '/sign-in',
  maxAge: 600,
} as const;
