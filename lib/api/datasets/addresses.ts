/** Where a dataset and its releases are found, as paths on the site. */

export const dataPage = (challenge: string) => `/challenges/${challenge}/data`;

export const datasetPage = (challenge: string, dataset: string) => `${dataPage(challenge)}/${dataset}`;

/** Where one asks for access, and sees the state of a request. */
export const requestPage = (challenge: string, dataset: string) =>
  `${datasetPage(challenge, dataset)}/request`;

export const releasePage = (challenge: string, dataset: string, version: string) =>
  `${datasetPage(challenge, dataset)}/${version}`;

export const releaseRoute = (challenge: string, dataset: string, version: string) =>
  `/api/v1/challenges/${challenge}/datasets/${dataset}/releases/${version}`;

export const variantRoute = (challenge: string, dataset: string, version: string, variant: string) =>
  `${releaseRoute(challenge, dataset, version)}/variants/${variant}`;

/** @param variant the address of the variant’s routes. */
export const fileRoute = (variant: string, path: string) =>
  `${variant}/content?path=${encodeURIComponent(path)}`;

/** The folder in an archive of a variant, and the archive’s name without its ending. */
export const archiveFolder = (dataset: string, version: string, variant: string) =>
  `${dataset}-${version}-${variant}`;
