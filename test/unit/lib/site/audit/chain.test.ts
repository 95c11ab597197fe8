import { describe, expect, it } from 'vitest';
import {
  type ChainedEvent,
  eventHash,
  formatAnchor,
  parseAnchor,
  verifyChain,
} from '#lib/site/audit/chain.ts';

function chainOf(texts: readonly string[]): ChainedEvent[] {
  let previousHash = '';
  return texts.map((text, index) => {
    const fields = [`${index + 1}`, text, null];
    const hash = eventHash({ previousHash, fields });
    const event = { seq: index + 1, previousHash, hash, fields };
    previousHash = hash;
    return event;
  });
}

async function* each(events: readonly ChainedEvent[]) {
  yield* events;
}

const chain = chainOf(['a', 'b', 'c', 'd']);

describe('eventHash', () => {
  it('is the SHA-256 of the previous hash and the columns with their lengths', () => {
    // sha256 of "abc\n1:1;2:ü;-;", where ü has two bytes in UTF-8.
    const event = { previousHash: 'abc', fields: ['1', 'ü', null] };
    expect(eventHash(event)).toBe('85e4a10e78daea51443162ae8dddf0e956627b3c57e087db909f5ce906464a5a');
  });

  it('differs where texts are cut differently, or empty instead of missing', () => {
    const hash = (...fields: (string | null)[]) => eventHash({ previousHash: '', fields });
    const hashes = [hash('ab', 'c'), hash('a', 'bc'), hash('ab;1:c'), hash('', 'abc'), hash(null, 'abc')];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('verifyChain', () => {
  it('counts the events of a whole trail, and names its last one', async () => {
    expect(await verifyChain(each(chain))).toEqual({
      intact: true,
      count: 4,
      last: { seq: 4, hash: chain[3]!.hash },
    });
    expect(await verifyChain(each([]))).toEqual({ intact: true, count: 0, last: null });
  });

  it.each([
    ['changed', [chain[0]!, { ...chain[1]!, fields: ['2', 'x', null] }, chain[2]!], 2, 'content'],
    ['removed', [chain[0]!, chain[2]!], 3, 'Event 2 is missing'],
    ['removed at the start', [chain[1]!], 2, 'Event 1 is missing'],
    ['inserted', [chain[0]!, chain[1]!, { ...chain[1]!, fields: ['2', 'x', null] }], 2, 'two events'],
    ['moved', [chain[0]!, { ...chain[2]!, seq: 2 }, { ...chain[1]!, seq: 3 }], 2, 'doesn’t follow'],
  ])('finds an event that was %s', async (_, events, seq, problem) => {
    expect(await verifyChain(each(events))).toMatchObject({
      intact: false,
      count: events.findLastIndex((event) => event.seq === seq),
      seq,
      problem: expect.stringContaining(problem),
    });
  });

  it('finds a missing end, and an end that was written anew, only with an anchor', async () => {
    const anchor = { seq: 3, hash: chain[2]!.hash };
    expect(await verifyChain(each(chain), anchor)).toMatchObject({ intact: true, count: 4 });
    const cut = chain.slice(0, 2);
    expect(await verifyChain(each(cut))).toMatchObject({ intact: true });
    expect(await verifyChain(each(cut), anchor)).toMatchObject({ intact: false, seq: 2 });
    const anew = chainOf(['a', 'b', 'x', 'y']);
    expect(await verifyChain(each(anew), anchor)).toMatchObject({ intact: false, seq: 3, count: 2 });
  });
});

describe('anchors', () => {
  it('are read as they are printed, and nothing else is', () => {
    const anchor = { seq: 12, hash: 'ab'.repeat(32) };
    expect(parseAnchor(formatAnchor(anchor))).toEqual(anchor);
    for (const text of ['', '12', `0:${anchor.hash}`, `12:${anchor.hash}0`, `-1:${anchor.hash}`]) {
      expect(parseAnchor(text)).toBeNull();
    }
  });
});
