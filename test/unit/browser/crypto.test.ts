import * as node from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as browser from '#browser/node/crypto.ts';

const KEY = node.randomBytes(32);
const NONCE = node.randomBytes(12);
const TEXT = node.randomBytes(70_000);
const CIPHER = 'chacha20-poly1305';
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the cryptography of browsers', () => {
  test('hashes and derives keys as Node does', () => {
    const [ours, theirs] = [browser.createHash('sha256'), node.createHash('sha256')];
    for (const part of [TEXT.subarray(0, 100), TEXT.subarray(100)]) {
      expect(ours.update(part)).toBe(ours);
      theirs.update(part);
    }
    expect(ours.digest('hex')).toBe(theirs.digest('hex'));
    expect(hex(browser.hkdfSync('sha256', KEY, NONCE, 'payload', 32))).toBe(
      hex(new Uint8Array(node.hkdfSync('sha256', KEY, NONCE, 'payload', 32))),
    );
    expect(() => browser.createHash('md5')).toThrow();
  });

  test('encrypts as Node does, and refuses what was changed', () => {
    const ours = browser.createCipheriv(CIPHER, KEY, NONCE);
    const theirs = node.createCipheriv(CIPHER, KEY, NONCE, { authTagLength: 16 });
    const encrypted = ours.update(TEXT);
    expect(hex(encrypted)).toBe(hex(theirs.update(TEXT)));
    theirs.final();
    expect(hex(ours.getAuthTag())).toBe(hex(theirs.getAuthTag()));
    const open = (bytes: Uint8Array) => {
      const decipher = browser.createDecipheriv(CIPHER, KEY, NONCE);
      decipher.setAuthTag(ours.getAuthTag());
      return decipher.update(bytes);
    };
    expect(hex(open(encrypted))).toBe(hex(TEXT));
    const changed = Uint8Array.from(encrypted);
    changed[3] = changed[3]! ^ 1;
    expect(() => open(changed)).toThrow();
  });

  test('draws every number below the limit about as often', () => {
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[browser.randomInt(6)]!++;
    // 10 standard deviations of a fair die.
    for (const count of counts)
      expect(Math.abs(count - 10_000)).toBeLessThan(10 * Math.sqrt(60_000 * (5 / 36)));
  });
});
