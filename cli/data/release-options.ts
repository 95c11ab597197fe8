import { UsageError } from '#cli/command.ts';
import { readReleaseName } from '#cli/site/release-name.ts';
import { parseSite } from '#cli/site/site-options.ts';
import { archiveFolder } from '#lib/api/datasets/addresses.ts';

/** Where a release lies, and who asks. */
export interface ReleaseOptions {
  site: URL;
  /** null: as a visitor. */
  token: string | null;
  params: { slug: string; dataset: string; version: string; variant: string };
}

export const SITE_OPTIONS = {
  site: { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export const RELEASE_OPTIONS = { ...SITE_OPTIONS, variant: { type: 'string' } } as const;

/** `CHALLENGE/DATASET@VERSION` with --variant, --site and --token. Throws UsageError. */
export function parseRelease(
  name: string,
  values: { variant?: string | undefined; site?: string | undefined; token?: string | undefined },
): ReleaseOptions {
  const release = readReleaseName(name);
  if (!release)
    throw new UsageError(
      `a release is CHALLENGE/DATASET@VERSION, for example stroke-t1-2026/training@1.0, not "${name}".`,
    );
  if (!values.variant)
    throw new UsageError('--variant NAME is missing. heldout data list CHALLENGE shows them.');
  return {
    site: parseSite(values.site),
    token: tokenOf(values.token),
    params: { ...release, variant: values.variant },
  };
}

/** null: open releases need none. */
export function tokenOf(text: string | undefined): string | null {
  return text ?? (process.env['HELDOUT_TOKEN'] || null);
}

export function folderOf({ params: { dataset, version, variant } }: ReleaseOptions): string {
  return archiveFolder(dataset, version, variant);
}
