'use server';

import { revalidatePath } from 'next/cache';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { parseTheme, THEME_COOKIE, THEME_MAX_AGE_SECONDS } from '#components/site/theme.ts';
import { site } from '#lib/site/site.ts';
import { textOf } from './refuse.ts';
import { signOutBrowser } from './start-session.ts';

/** For browsers without JavaScript; with JavaScript, the theme control sets the same cookie itself. */
export async function setTheme(form: FormData): Promise<void> {
  const jar = await cookies();
  jar.set(THEME_COOKIE, parseTheme(textOf(form, 'theme')), {
    path: '/',
    maxAge: THEME_MAX_AGE_SECONDS,
    sameSite: 'lax',
  });
  revalidatePath('/', 'layout');
}

export async function signOut(): Promise<void> {
  await signOutBrowser(site());
  redirect('/');
}
