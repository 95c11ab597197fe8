import { runAction } from '#cli/arguments.ts';
import type { Command } from '#cli/command.ts';
import { decrypt } from './decrypt.ts';
import { download } from './download.ts';
import { list } from './list.ts';
import { request, status } from './request.ts';
import { trace } from './trace.ts';
import { verify } from './verify.ts';

const HELP = `
heldout data: request and download released data, decrypt and verify it

Usage:
  heldout data list CHALLENGE [--json]
  heldout data request CHALLENGE/DATASET --institution NAME --use-file FILE --terms SHA256 --sign NAME [options] [--json]
  heldout data status CHALLENGE/DATASET [--json]
  heldout data download CHALLENGE/DATASET@VERSION --variant NAME [--as FORM] [--file PATH] [-o FILE] [--force] [--json]
  heldout data decrypt FILE.age [--identity FILE | --passphrase-file FILE] [-o FILE] [--force] [--json]
  heldout data verify PATH CHALLENGE/DATASET@VERSION --variant NAME [--json]
  heldout data trace FILE CHALLENGE/DATASET@VERSION --variant NAME [--json]

list shows the releases of a challenge with their variants.

request asks the organizers for data that is given on request. Without --terms it shows the terms of the newest release
and their SHA-256, and sends nothing.
  --institution NAME   where you work
  --use-file FILE      what you will use the data for, as text
  --with "NAME, INSTITUTION"
                       somebody who works with you on it; once for each
  --answer ID=TEXT     the answer to a question of the organizers, which status lists; once for each
  --terms SHA256       the terms that you have read and accept
  --sign NAME          your name, which signs them

status shows where your request stands, what the organizers wrote, and how long decisions usually take.

download fetches a variant as .tar.gz, or one of its files. Interrupted, it goes on where it stopped when you run it
again; if the file has changed on the site, it starts again. What isn't encrypted is compared with the checksums of the
release.
  --variant NAME   the form of the data, as list shows it
  --as FORM        plain (default), age, age-passphrase or openssl. All but plain are encrypted for the download key that
                   your account shows. Data under request is only sent encrypted
  --file PATH      only this file
  -o, --out FILE   where to write it
  --force          overwrite it if it exists

decrypt opens a download in the form age or age-passphrase. A wrong key is noticed before anything is written, and a
changed or truncated file leaves nothing behind. Needs no site.
  --identity FILE         your identity, AGE-SECRET-KEY-1…, as your account shows it or as age-keygen made it
  --passphrase-file FILE  a file whose first line is the passphrase (or HELDOUT_PASSPHRASE; without either, it asks)

verify compares a folder, a .tar or a .tar.gz with the sizes and SHA-256 of the release.

trace tells organizers for whose key a decrypted archive was made, by the order of its files and the size of the blocks
of gzip, and how sure that is. It sends the names of the first 500 files and the size of a block, not the data. It works
on an archive that was compressed again, and not on one that was packed from a folder.

  --json           print the result as JSON
  --site           the site's address (or HELDOUT_SITE; default http://127.0.0.1:3000)
  --token          an API token (or HELDOUT_TOKEN, which keeps it out of the process list); open data needs none

Exit code: 0 if it was done, all files are right, or a mark was found; 1 if not; 2 if the arguments are invalid; 130 if
interrupted.
`;

const ACTIONS = new Map<string, (args: string[]) => Promise<number>>([
  ['list', list],
  ['request', request],
  ['status', status],
  ['download', async (args) => download(args)],
  ['decrypt', async (args) => decrypt(args)],
  ['verify', async (args) => verify(args)],
  ['trace', trace],
]);

export const dataCommand: Command = {
  name: 'data',
  summary: 'request and download released data, decrypt and verify it',
  help: HELP,
  run: async (args) => runAction(ACTIONS, args),
};
