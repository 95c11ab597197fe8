/** In which form a file or an archive of a release is sent. */
export const DOWNLOAD_FORMS = [
  /** As it is. */
  'plain',
  /** An age file to the recipient of one's download key. */
  'age',
  /** An age file with one's passphrase. */
  'age-passphrase',
  /** For `openssl enc -d -aes-256-cbc -pbkdf2 -iter 100000`. */
  'openssl',
  /** The HMAC-SHA256 of the file for openssl. */
  'openssl-hmac',
] as const;

export type DownloadForm = (typeof DOWNLOAD_FORMS)[number];

/** What is added to the name of a file. */
export const FORM_SUFFIX: Readonly<Record<DownloadForm, string>> = {
  plain: '',
  age: '.age',
  'age-passphrase': '.age',
  openssl: '.enc',
  'openssl-hmac': '.enc.hmac',
};
