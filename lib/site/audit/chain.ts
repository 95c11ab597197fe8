import { createHash } from 'node:crypto';

/** An event of the audit trail as texts of the database. */
export interface ChainedEvent {
  /** From 1; null if it has no place in the chain. */
  seq: number | null;
  previousHash: string;
  hash: string;
  /** All columns but the hashes, in the order of the migration; null is null. */
  fields: readonly (string | null)[];
}

/** The last event of a trail that was printed or kept elsewhere. */
export interface Anchor {
  seq: number;
  hash: string;
}

export type ChainResult =
  | { intact: true; count: number; last: Anchor | null }
  | { intact: false; count: number; seq: number | null; problem: string };

/** The hash of an event: SHA-256 over the previous hash and the columns, each with its length in bytes. */
export function eventHash({ previousHash, fields }: Pick<ChainedEvent, 'previousHash' | 'fields'>): string {
  const texts = fields.map((field) => (field === null ? '-;' : `${Buffer.byteLength(field)}:${field};`));
  return createHash('sha256')
    .update(`${previousHash}\n${texts.join('')}`)
    .digest('hex');
}

/**
 * Whether a trail is the one that was written: no event was changed, removed, inserted or moved. That its end is
 * there can only be seen with an anchor. `count` are the events before the first that doesn't fit.
 *
 * @param events in the order of `seq`, those without one at the end.
 */
export async function verifyChain(
  events: AsyncIterable<ChainedEvent>,
  anchor: Anchor | null = null,
): Promise<ChainResult> {
  let last: Anchor = { seq: 0, hash: '' };
  let anchored = anchor === null;
  for await (const event of events) {
    const problem = problemOf(event, last) ?? (anchor && anchorProblem(event, anchor));
    if (problem) return { intact: false, count: last.seq, seq: event.seq, problem };
    if (event.seq === anchor?.seq) anchored = true;
    last = { seq: last.seq + 1, hash: event.hash };
  }
  if (!anchored) {
    const problem = `The trail ends here, but event ${anchor!.seq} of the anchor was written.`;
    return { intact: false, count: last.seq, seq: last.seq, problem };
  }
  const { seq, hash } = last;
  return { intact: true, count: seq, last: seq === 0 ? null : { seq, hash } };
}

function problemOf(event: ChainedEvent, last: Anchor): string | null {
  if (event.seq === null) return 'It has no place in the chain.';
  if (event.seq !== last.seq + 1) {
    return event.seq === last.seq
      ? 'There are two events with this number.'
      : `Event ${last.seq + 1} is missing before it.`;
  }
  if (event.previousHash !== last.hash) return 'It doesn’t follow the event before it.';
  return eventHash(event) === event.hash ? null : 'Its content isn’t what its hash says.';
}

function anchorProblem(event: ChainedEvent, anchor: Anchor): string | null {
  if (event.seq !== anchor.seq || event.hash === anchor.hash) return null;
  return 'It isn’t the event of the anchor: the trail was written anew.';
}

/** "12:9f86…", as it is printed and given back. */
export function formatAnchor({ seq, hash }: Anchor): string {
  return `${seq}:${hash}`;
}

/** null if the text is no anchor. */
export function parseAnchor(text: string): Anchor | null {
  const [, seq, hash] = /^([1-9][0-9]{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash };
}
