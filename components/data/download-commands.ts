import { archiveFolder, variantRoute } from '#lib/api/datasets/addresses.ts';
import { DECRYPT_WAYS } from '#lib/domain/datasets/decrypt-commands.ts';
import type { ShownRelease } from './variant-table.tsx';

/**
 * What downloads and checks a variant in a terminal, and decrypts what is only sent encrypted. A cut download goes on
 * where it stopped.
 */
export function downloadCommands(
  { slug, dataset, release }: Omit<ShownRelease, 'mayDownload'>,
  variant: string,
  origin: string,
): string {
  const route = `${origin}${variantRoute(slug, dataset.name, release.version, variant)}`;
  const folder = archiveFolder(dataset.name, release.version, variant);
  const archive = `${folder}.tar.gz`;
  const check = [
    `tar xzf ${archive}`,
    `curl -f ${route}/SHA256SUMS \\\n  | (cd ${folder} && sha256sum -c --quiet)`,
  ];
  if (dataset.access === 'OPEN')
    return [`curl -f -C - -o ${archive} \\\n  ${route}/archive.tar.gz`, ...check].join('\n');
  const token = '-H "Authorization: Bearer $HELDOUT_TOKEN"';
  const [age] = DECRYPT_WAYS;
  return [
    `curl -f -C - -o ${archive}.age ${token} \\\n  "${route}/archive.tar.gz?as=age"`,
    ...age!.commands(archive),
    ...check,
  ].join('\n');
}
