import { userAgentFromString } from 'next/server.js';

/** Of the header: browsers send about 200 characters. */
const MAX_LENGTH = 500;

/** "Firefox on Linux": how a session's browser is named on the account page. */
export function describeBrowser(userAgent: string | null): string {
  const { browser, os } = userAgentFromString(userAgent?.slice(0, MAX_LENGTH));
  const [name, system] = [browser.name?.slice(0, 40), os.name?.slice(0, 40)];
  if (name && system) return `${name} on ${system}`;
  return name ?? system ?? 'Unknown browser';
}
