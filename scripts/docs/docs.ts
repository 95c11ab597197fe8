// `npm run docs`: writes the pages of the documentation that are made from tables in the code. A test fails while a
// page says something else.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { phaseSettingsPage } from './phase-settings.ts';
import { rightsPage } from './rights.ts';

const DOCS = join(import.meta.dirname, '../../docs');

/** Each page by its file. */
export const GENERATED_PAGES: ReadonlyMap<string, () => string> = new Map([
  [join(DOCS, 'organizers/phase-settings.md'), phaseSettingsPage],
  [join(DOCS, 'administrators/roles-and-rights.md'), rightsPage],
]);

if (import.meta.main) for (const [file, page] of GENERATED_PAGES) writeFileSync(file, page());
