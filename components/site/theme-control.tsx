'use client';

import { useState } from 'react';
import { nextTheme, THEME_COOKIE, THEME_MAX_AGE_SECONDS, type Theme } from './theme.ts';

const LABELS: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' };

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${THEME_MAX_AGE_SECONDS}; samesite=lax`;
}

/** Cycles through system, light and dark. Without JavaScript, the form posts the next theme to the server. */
export function ThemeControl({
  initial,
  setTheme,
}: {
  initial: Theme;
  setTheme: (form: FormData) => Promise<void>;
}) {
  const [theme, saveTheme] = useState(initial);
  const next = nextTheme(theme);
  return (
    <form
      action={setTheme}
      onSubmit={(event) => {
        event.preventDefault();
        applyTheme(next);
        saveTheme(next);
      }}
    >
      <input type="hidden" name="theme" value={next} />
      <button type="submit">
        {LABELS[theme]}
        <span className="hide"> theme</span>
        <span className="vh">, change to {LABELS[next].toLowerCase()} theme</span>
      </button>
    </form>
  );
}
