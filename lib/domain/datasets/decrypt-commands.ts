import type { DownloadForm } from './download-form.ts';

/** How a download is decrypted, in the commands that a test runs. */
export interface DecryptWay {
  form: Extract<DownloadForm, 'age' | 'age-passphrase' | 'openssl'>;
  title: string;
  /** What to have at hand. */
  prepare: string;
  install: { Linux: string; macOS: string; Windows: string };
  commands(fileName: string): string[];
}

const AGE = {
  Linux: 'sudo apt install age',
  macOS: 'brew install age',
  Windows: 'winget install FiloSottile.age',
};

export const DECRYPT_WAYS: readonly DecryptWay[] = [
  {
    form: 'age',
    title: 'age with the identity',
    prepare: 'Show your key and save all of it as key.txt.',
    install: AGE,
    commands: (fileName) => [`age --decrypt --identity key.txt --output ${fileName} ${fileName}.age`],
  },
  {
    form: 'age-passphrase',
    title: 'age with the passphrase',
    prepare: 'age asks for the passphrase.',
    install: AGE,
    commands: (fileName) => [`age --decrypt --output ${fileName} ${fileName}.age`],
  },
  {
    form: 'openssl',
    title: 'openssl with the passphrase',
    prepare:
      'Download the .hmac file too, and put your verification key in place of VERIFICATION_KEY. The first command prints nothing if the file is whole and unchanged; don’t decrypt it otherwise. Then openssl asks for the passphrase.',
    install: { Linux: 'installed', macOS: 'installed', Windows: 'in Git Bash (winget install Git.Git)' },
    commands: (fileName) => [
      `openssl dgst -sha256 -hmac VERIFICATION_KEY -r ${fileName}.enc | diff - ${fileName}.enc.hmac`,
      `openssl enc -d -aes-256-cbc -pbkdf2 -iter 100000 -in ${fileName}.enc -out ${fileName}`,
    ],
  },
];
