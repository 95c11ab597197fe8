import { randomBytes } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { LESIONS, STROKE_METADATA, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { SEALED_FORMAT } from '#lib/domain/test-sets/manifest.ts';

/** The files of a sealed test set. Their content is arbitrary, because a site can't read it. */
export type SealedFiles = [name: string, content: Uint8Array | string][];

export async function sealTo(recipient: string, content: string | Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(content);
}

/** The content of testset.json. */
export function setDescription(recipient: string, caseCount: number, over: object = {}): string {
  return JSON.stringify({
    format: SEALED_FORMAT,
    recipient,
    caseCount,
    sealedAt: '2026-03-01T00:00:00Z',
    worst: { dice: 0, volume_difference: 300 },
    inputs: [T1, STROKE_METADATA],
    truths: [LESIONS],
    hasGroundTruth: false,
    hasScorerKey: false,
    ...over,
  });
}

export async function sealedFiles(recipient: string, caseCount: number): Promise<SealedFiles> {
  const files: SealedFiles = [
    ['testset.json', setDescription(recipient, caseCount)],
    ['manifest.age', await sealTo(recipient, '{}')],
  ];
  for (let index = 0; index < caseCount; index++) {
    files.push([`cases/000${index}.inputs.age`, await sealTo(recipient, randomBytes(100_000))]);
    files.push([`cases/000${index}.truths.age`, await sealTo(recipient, randomBytes(3000))]);
  }
  return files;
}
