import { CommandError } from '#cli/command.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { UploadError } from './upload-set.ts';

const BY_NAME: Readonly<Record<string, string>> = {
  QuotaExceededError:
    'This browser has no room for the sealed cases, which it keeps until they are uploaded. Free disk space, or seal the set with the heldout command.',
  NotReadableError:
    'A file can’t be read. It was changed, moved or locked after you chose the folder. Choose the folder again.',
  NotFoundError: 'A file isn’t there any more. Choose the folder again.',
  NoModificationAllowedError:
    'Another window of this browser is sealing the same test set. Close it, or continue there.',
  SecurityError:
    'This browser doesn’t allow the page to keep sealed cases, as in some private windows and without HTTPS. Use a normal window, at the site’s HTTPS address.',
};

/** What happened and what to do, for the organizer. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CommandError || error instanceof DomainError || error instanceof UploadError)
    return error.message;
  const { name, message } = error as Error;
  return BY_NAME[name] ?? message;
}
