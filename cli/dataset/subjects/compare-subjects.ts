import { CommandError } from '#cli/command.ts';
import type { CheckedCase } from '#cli/dataset/check/check-case.ts';
import type { HiddenSubjects } from '#lib/api/test-sets/test-sets.ts';
import { likeness } from '#lib/domain/test-sets/subjects.ts';
import { subjectHasher } from './hash-subject.ts';

/**
 * Gives a check that compares the scans of a data set with those of hidden test sets. `key` is the key that the test
 * sets were sealed with. Throws CommandError at once that says why they can't be compared. The check throws
 * CommandError that names each case whose subject is in one of them.
 */
export function hiddenSubjectCheck(
  testSets: HiddenSubjects,
  { key, keyFile }: { key: Uint8Array | null; keyFile: string },
): (cases: readonly CheckedCase[]) => void {
  const hashed = testSets.flatMap(({ phase, subjects }) => (subjects ? [{ phase, ...subjects }] : []));
  if (hashed.length === 0) return () => undefined;
  if (key === null)
    throw new CommandError(
      `The test sets of this challenge (${phasesOf(hashed)}) can only be compared with this folder by the key that they were sealed with, but there is none in ${keyFile}. Nothing was sent. Get it from the person who sealed them and pass --subject-key FILE, or pass --without-hidden-check.`,
    );
  const hasher = subjectHasher(key);
  const other = hashed.filter(({ keyId }) => keyId !== hasher.keyId);
  if (other.length > 0)
    throw new CommandError(
      `The test sets of ${phasesOf(other)} were sealed with another subject key than ${keyFile}, so they can't be compared with this folder. Nothing was sent. Pass their key with --subject-key FILE, or pass --without-hidden-check.`,
    );
  return (cases) => {
    const found = cases.flatMap(({ source, inputs }) =>
      inputs.flatMap((input) => {
        const hash = hasher.hash(input);
        return hashed.flatMap(({ phase, scans }) => {
          const like = scans.map((scan) => likeness(hash, scan)).find((one) => one !== null);
          if (!like) return [];
          const how = like === 'same' ? 'has the same voxels as' : 'is nearly identical to';
          return [`${source.name}: ${input.file} ${how} a scan in the hidden test set of ${phase}`];
        });
      }),
    );
    requireNone(found);
  };
}

function requireNone(found: readonly string[]): void {
  if (found.length === 0) return;
  throw new CommandError(
    `${found.length === 1 ? '1 scan is' : `${found.length} scans are`} in a hidden test set. Nothing was sent. Take these cases out of the folder.\n  ${found.join('\n  ')}`,
  );
}

function phasesOf(testSets: readonly { phase: string }[]): string {
  return testSets.map(({ phase }) => phase).join(', ');
}
