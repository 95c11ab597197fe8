'use client';

import { useState } from 'react';
import { nextTheme, THEME_COOKIE, THEME_MAX_AGE_SECONDS, type Theme } from './theme.ts';

const WORDS: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' };

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${THEME_MAX_AGE_SECONDS}; samesite=lax`;
}

/** Steps through system, light and dark. Without JavaScript the form posts the next one to the server. */
export function ThemeControl({
  initial,
  setTheme,
}: {
  initial: Theme;
  setTheme: (form: FormData) => Promise<void>;
}) {
  const [theme, keepTheme] = useState(initial);
  const next = nextTheme(theme);
  return (
    <form
      action={setTheme}
      onSubmit={(event) => {
        event.preventDefault();
        applyTheme(next);
        keepTheme(next);
      }}
    >
      <input type="hidden" name="theme" value={next} />
      <button type="submit">
        {WORDS[theme]}
        <span className="hide"> theme</span>
        <span className="vh">, change to {WORDS[next].toLowerCase()} theme</span>
      </button>
    </form>
  );
}
