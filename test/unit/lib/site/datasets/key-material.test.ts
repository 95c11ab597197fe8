import { identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { fileSecrets, inMarkedOrder, keyMaterial, markOf } from '#lib/site/datasets/keys/key-material.ts';

const secret = new Uint8Array(32).fill(7);
const other = new Uint8Array(32).fill(8);

test('a key is derived from its secret, and from no other', async () => {
  const material = keyMaterial(secret, null);
  expect(keyMaterial(secret, null)).toEqual(material);
  expect(material.passphrase).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){5}[0-9a-hjkmnp-tv-z]{5}$/);
  expect(material.verificationKey).toMatch(/^[0-9a-f]{32}$/);
  expect(await identityToRecipient(material.identity!)).toBe(material.recipient);
  for (const [name, value] of Object.entries(keyMaterial(other, null)))
    expect(value).not.toBe(material[name as keyof typeof material]);
});

test('of somebody who enters a recipient we have no identity', () => {
  const { recipient } = keyMaterial(other, null);
  expect(keyMaterial(secret, recipient)).toMatchObject({ identity: null, recipient });
});

test('no two contents are encrypted with the same secrets', () => {
  const all = [fileSecrets(secret, 'a'), fileSecrets(secret, 'b'), fileSecrets(other, 'a')];
  const values = all.flatMap((one) => Object.values(one).map((value) => Buffer.from(value).toString('hex')));
  expect(new Set(values).size).toBe(values.length);
  expect(fileSecrets(secret, 'a')).toEqual(all[0]);
});

test('a mark orders the same for one key and variant, and otherwise for others', () => {
  const members = Array.from({ length: 30 }, (_, index) => ({ path: `sub-${index}` }));
  const orderOf = (key: Uint8Array, variant: string) =>
    inMarkedOrder(markOf(key, variant), members).map(({ path }) => path);
  const order = orderOf(secret, 'v');
  expect(order.toSorted()).toEqual(members.map(({ path }) => path).toSorted());
  expect(orderOf(secret, 'v')).toEqual(order);
  expect(orderOf(other, 'v')).not.toEqual(order);
  expect(orderOf(secret, 'w')).not.toEqual(order);
  for (const key of [secret, other]) {
    const { storedBytes } = markOf(key, 'v');
    expect(storedBytes).toBeGreaterThan(32_768);
    expect(storedBytes).toBeLessThan(65_535);
  }
});
