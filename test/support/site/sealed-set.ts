import { randomBytes } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { SEALED_FORMAT } from '#lib/domain/test-sets/manifest.ts';

/** A sealed test set as files of its tar; what is in the cases, a site never knows. */
export type SealedFiles = [name: string, content: Uint8Array | string][];

export async function sealTo(recipient: string, content: string | Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(content);
}

/** Its testset.json. */
export function setDescription(recipient: string, caseCount: number, over: object = {}): string {
  return JSON.stringify({
    format: SEALED_FORMAT,
    recipient,
    caseCount,
    sealedAt: '2026-03-01T00:00:00Z',
    worst: { dice: 0, volume_difference: 300 },
    ...over,
  });
}

export async function sealedFiles(recipient: string, caseCount: number): Promise<SealedFiles> {
  const files: SealedFiles = [
    ['testset.json', setDescription(recipient, caseCount)],
    ['manifest.age', await sealTo(recipient, '{}')],
  ];
  for (let index = 0; index < caseCount; index++) {
    files.push([`cases/000${index}.scan.age`, await sealTo(recipient, randomBytes(100_000))]);
    files.push([`cases/000${index}.truth.age`, await sealTo(recipient, randomBytes(3000))]);
  }
  return files;
}
