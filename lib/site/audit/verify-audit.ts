import type { Database } from '#lib/platform/database.ts';
import { type Anchor, type ChainedEvent, type ChainResult, verifyChain } from '#lib/site/audit/chain.ts';
import { Prisma } from '#prisma-client';

const PAGE = 2000;

/** Reads the whole audit trail and proves its chain. Needs no right but to read. */
export function verifyAudit(db: Database, anchor: Anchor | null = null): Promise<ChainResult> {
  return verifyChain(readEvents(db), anchor);
}

interface Row extends Omit<ChainedEvent, 'seq'> {
  id: string;
  seq: bigint | null;
}

/** The columns as texts, which must be those of the function audit_event_hash. */
const columns = Prisma.sql`seq, id::text, coalesce("previousHash", '') AS "previousHash", coalesce(hash, '') AS hash, ARRAY[
  seq::text, id::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  "actorId"::text, actor, address, client, action,
  "challengeId"::text, detail::text, before::text, after::text
] AS fields`;

async function* readEvents(db: Database): AsyncGenerator<ChainedEvent> {
  let [seq, id] = [0n, ''];
  for (;;) {
    const rows = await db.$queryRaw<Row[]>`
      SELECT ${columns} FROM "AuditEvent" WHERE seq >= ${seq} AND (seq > ${seq} OR id::text > ${id})
      ORDER BY seq, id::text LIMIT ${PAGE}`;
    yield* rows.map(toEvent);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) break;
    [seq, id] = [last.seq ?? seq, last.id];
  }
  // Whoever wrote one past the trigger.
  const unchained = await db.$queryRaw<Row[]>`SELECT ${columns} FROM "AuditEvent" WHERE seq IS NULL LIMIT 1`;
  yield* unchained.map(toEvent);
}

function toEvent({ seq, previousHash, hash, fields }: Row): ChainedEvent {
  return { seq: seq === null ? null : Number(seq), previousHash, hash, fields };
}
