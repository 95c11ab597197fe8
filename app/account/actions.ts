'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { keyOf } from '#app/form-key.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import { rememberBrowser, signOutBrowser } from '#app/start-session.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { revokeApiToken } from '#lib/site/accounts/account-view.ts';
import { createOwnApiToken } from '#lib/site/accounts/api-tokens.ts';
import { changePassword } from '#lib/site/accounts/change-password.ts';
import { endAllSessions, endOwnSession } from '#lib/site/accounts/end-sessions.ts';
import { changeProfile } from '#lib/site/accounts/profile/change-profile.ts';
import { deleteAccount } from '#lib/site/accounts/profile/delete-account.ts';
import { unlinkIdentity } from '#lib/site/accounts/providers/identities.ts';
import { site } from '#lib/site/site.ts';

export async function changeProfileAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = {
    name: textOf(form, 'name'),
    affiliation: textOf(form, 'affiliation').trim(),
    country: textOf(form, 'country'),
    orcid: textOf(form, 'orcid').trim(),
  };
  try {
    await changeProfile(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath('/account');
  return { ...EMPTY_FORM, done: 'Profile saved.' };
}

export async function createTokenAction(_state: FormState, form: FormData): Promise<FormState> {
  let secret: string;
  try {
    const days = Number(textOf(form, 'expires-in-days'));
    const input = {
      password: textOf(form, 'password'),
      name: textOf(form, 'token-name'),
      scopes: form.getAll('scopes'),
      expiresInDays: days > 0 ? days : null,
    };
    secret = await createOwnApiToken(site(), input, await currentViewer(), keyOf(form));
  } catch (error) {
    return formRefusal(error, form, { name: 'token-name' });
  }
  revalidatePath('/account');
  return { ...EMPTY_FORM, done: 'Token created. Copy it now: you won’t see it again.', secret };
}

export async function revokeTokenAction(form: FormData): Promise<void> {
  try {
    await revokeApiToken(site(), { id: textOf(form, 'token') }, await currentViewer());
  } catch (error) {
    // Revoked in another window: the reloaded list shows it.
    if (!(error instanceof DomainError && error.code === 'NOT_FOUND')) throw error;
  }
  revalidatePath('/account');
}

/** The form names its fields apart from the password of the form for tokens, because a page has every ID once. */
export async function changePasswordAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const input = { current: textOf(form, 'current-password'), password: textOf(form, 'new-password') };
  try {
    const viewer = await currentViewer();
    const passwordHash = await changePassword(here, input, viewer);
    if (viewer) await rememberBrowser(here, { userId: viewer.userId, passwordHash });
  } catch (error) {
    return formRefusal(error, form, { current: 'current-password', password: 'new-password' });
  }
  revalidatePath('/account');
  return { ...EMPTY_FORM, done: 'Password changed. All other browsers are signed out.' };
}

export async function endSessionAction(form: FormData): Promise<void> {
  try {
    await endOwnSession(site(), { id: textOf(form, 'session') }, await currentViewer());
  } catch (error) {
    // Ended in another window: the reloaded list shows it, or the page asks to sign in.
    if (!(error instanceof DomainError) || !['NOT_FOUND', 'NOT_SIGNED_IN'].includes(error.code)) throw error;
  }
  revalidatePath('/account');
}

export async function signOutEverywhereAction(): Promise<void> {
  const viewer = await currentViewer();
  if (viewer) await endAllSessions(site(), viewer);
  await signOutBrowser(site());
  redirect('/sign-in');
}

export async function deleteAccountAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  try {
    await deleteAccount(here, { password: textOf(form, 'delete-password') }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, { password: 'delete-password' });
  }
  await signOutBrowser(here);
  redirect('/');
}

export async function unlinkAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await unlinkIdentity(site(), { id: textOf(form, 'identity') }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath('/account');
  return { ...EMPTY_FORM, done: 'Unlinked.' };
}
