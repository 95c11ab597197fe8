import path from 'node:path';
import type { CaseSealing, SealedFile } from '#cli/dataset/check/check-case.ts';

/** To whom cases are sealed, and the folder of the sealed files. */
export interface SealingPlace {
  recipient: string;
  folder: string;
}

/** A thread gets headers made here, so that it starts without the age library, which takes a tenth of a second to load. */
export async function caseSealing({ recipient, folder }: SealingPlace, index: number): Promise<CaseSealing> {
  const { newHeader } = await import('#runner/secrets/seal.ts');
  const file = async (role: SealedFile['role']) => {
    return { path: path.join(folder, `${index}-${role}.age`), header: await newHeader(recipient) };
  };
  return { files: { inputs: await file('inputs'), truths: await file('truths') } };
}
