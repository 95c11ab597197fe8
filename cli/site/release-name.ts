/** The parts of `CHALLENGE/DATASET@VERSION`; null for another form. */
export function readReleaseName(text: string): { slug: string; dataset: string; version: string } | null {
  const [, slug, dataset, version] = /^([^/@]+)\/([^/@]+)@([^/@]+)$/.exec(text) ?? [];
  return slug && dataset && version ? { slug, dataset, version } : null;
}
