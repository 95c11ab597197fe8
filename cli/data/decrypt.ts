import { createWriteStream, existsSync } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { CommandError, UsageError } from '#cli/command.ts';
import { interruptible } from '#cli/interrupt.ts';
import { formatBytes, startProgress } from '#cli/progress.ts';
import { promptSecret, readFirstLine } from '#cli/secret-input.ts';
import { writeJson } from '#cli/write-json.ts';
import {
  AgeFormatError,
  AgeKeyError,
  MAX_HEADER_BYTES,
  needsPassphrase,
  type Unlock,
} from '#lib/platform/encryption/age-header.ts';
import { parseIdentity } from '#lib/platform/encryption/age-keys.ts';
import { type OpenedFile, openAgeFile, type ReadableFile } from '#lib/platform/encryption/age-reader.ts';

/** `heldout data decrypt FILE` */
export function decrypt(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: 'string', short: 'o' },
      identity: { type: 'string', short: 'i' },
      'passphrase-file': { type: 'string' },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const file = onlyArgument(positionals, 'age file');
  const out = path.resolve(values.out ?? withoutSuffix(file));
  if (existsSync(out) && !values.force)
    throw new CommandError(`${out} already exists. Use --force to overwrite it.`);
  return interruptible(async (signal) => {
    const handle = await open(file, 'r').catch((error: Error) => {
      throw new CommandError(`${file} can't be read: ${error.message}`);
    });
    try {
      const source = await readable(handle);
      const unlock = await unlockOf(file, source, values);
      const opened = await openAgeFile(source, unlock);
      await write(opened, out, signal);
      if (values.json) await writeJson('-', { file: out, bytes: opened.bytes });
      else process.stdout.write(`${out}\n`);
      return 0;
    } catch (error) {
      throw explained(error, file);
    } finally {
      await handle.close();
    }
  });
}

function withoutSuffix(file: string): string {
  if (file.endsWith('.age')) return file.slice(0, -'.age'.length);
  throw new UsageError('-o FILE is missing: the name of the encrypted file doesn’t end with .age.');
}

async function readable(handle: FileHandle): Promise<ReadableFile> {
  const { size } = await handle.stat();
  return {
    bytes: size,
    async read(from, to) {
      const length = Math.max(0, to - from);
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    },
  };
}

async function unlockOf(
  file: string,
  source: ReadableFile,
  values: { identity?: string | undefined; 'passphrase-file'?: string | undefined },
): Promise<Unlock> {
  const start = await source.read(0, Math.min(MAX_HEADER_BYTES, source.bytes));
  if (Buffer.from(start).toString('latin1', 0, 8) === 'Salted__')
    throw new CommandError(
      `${file} is encrypted for openssl. Verify it with its .hmac file and decrypt it with openssl enc -d -aes-256-cbc -pbkdf2 -iter 100000.`,
    );
  if (values.identity !== undefined) return { identities: await readIdentities(values.identity) };
  if (!needsPassphrase(start))
    throw new CommandError(`${file} is encrypted to an identity: pass it with --identity FILE.`);
  const passphrase =
    values['passphrase-file'] === undefined
      ? (process.env['HELDOUT_PASSPHRASE'] ?? (await promptSecret(`Passphrase of ${file}: `)))
      : await readFirstLine(values['passphrase-file']);
  if (passphrase) return { passphrase: passphrase.trim() };
  throw new CommandError(
    `${file} is encrypted with a passphrase: pass it with --passphrase-file FILE or in HELDOUT_PASSPHRASE.`,
  );
}

/** As age reads them: one a line, with comments. */
async function readIdentities(file: string): Promise<Uint8Array[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandError(`The identity file can't be read: ${error.message}`);
  });
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const identities = keys.map((line) => {
    const identity = parseIdentity(line);
    if (identity) return identity;
    throw new CommandError(`${file} has a line that is no age identity (AGE-SECRET-KEY-1…).`);
  });
  if (identities.length === 0)
    throw new CommandError(`${file} has no age identity (a line with AGE-SECRET-KEY-1…).`);
  return identities;
}

/** Complete or not at all. */
async function write(opened: OpenedFile, out: string, signal: AbortSignal): Promise<void> {
  const progress = startProgress();
  const draft = `${out}.${process.pid}.part`;
  let written = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of opened.content()) {
      written += chunk.length;
      progress.update(`${formatBytes(written)} of ${formatBytes(opened.bytes)} decrypted`);
      yield chunk;
    }
  }
  try {
    await pipeline(counted, createWriteStream(draft, { mode: 0o600 }), { signal });
    await rename(draft, out);
  } catch (error) {
    await rm(draft, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('E') && !(error instanceof AgeFormatError)
      ? new CommandError(`${out} can't be written: ${message}`, { cause: error })
      : error;
  }
  progress.done(`${formatBytes(written)} decrypted`);
}

function explained(error: unknown, file: string): unknown {
  if (error instanceof AgeKeyError)
    return new CommandError(
      `${file}: ${error.message} Nothing was written. Your account shows your key, and earlier ones, under Download key.`,
    );
  if (error instanceof AgeFormatError)
    return new CommandError(`${file}: ${error.message} Nothing was written. Download it again.`);
  return error;
}
