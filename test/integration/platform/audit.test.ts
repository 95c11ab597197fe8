import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '#lib/platform/database.ts';
import { formatAnchor } from '#lib/site/audit/chain.ts';
import { verifyAudit } from '#lib/site/audit/verify-audit.ts';
import { runHeldout } from '#scripts/demo/command.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';

/** The audit trail can only be appended to, and whoever gets around that is found. */
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Runs statements as somebody who owns the database and switches its triggers off. */
async function tamper(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query('ALTER TABLE "AuditEvent" DISABLE TRIGGER USER');
    for (const statement of statements) await client.query(statement);
    await client.query('ALTER TABLE "AuditEvent" ENABLE TRIGGER USER');
  } finally {
    await client.end();
  }
}

function append(db: TestDatabase['site'], detail: object = {}, action = 'team.create') {
  return db.auditEvent.create({ data: { actor: 'Ada, “Ü” 💡', action, detail } });
}

beforeEach(async () => {
  await tamper('TRUNCATE "AuditEvent"');
  for (let index = 1; index <= 5; index++) {
    await append(database.site, { index, nested: { text: 'a"b\\c', list: [1, 2.5, null] } });
  }
});

const verify = (...of: Parameters<typeof verifyAudit> extends [unknown, ...infer Rest] ? Rest : never) =>
  verifyAudit(database.site, ...of);

test('the database and the code compute the same hashes, of every column', async () => {
  await database.site.auditEvent.create({
    data: {
      ...{ actorId: crypto.randomUUID(), actor: '', address: '2001:db8::/64', client: 'Firefox on Linux' },
      ...{
        action: 'x',
        challengeId: crypto.randomUUID(),
        detail: {},
        before: { a: null },
        after: { a: 'ü;1:' },
      },
    },
  });
  const result = await verify();
  expect(result).toMatchObject({ intact: true, count: 6, last: { seq: 6 } });
  const { hash } = await database.owner.auditEvent.findFirstOrThrow({ where: { seq: 6 } });
  expect(result).toMatchObject({ last: { hash } });
});

test('neither the site nor a runner, nor the owner by accident, can change or remove an event', async () => {
  const { site, runner, owner } = database;
  for (const db of [site, runner]) {
    await expect(db.auditEvent.updateMany({ data: { actor: 'x' } })).rejects.toThrow(/permission denied/);
    await expect(db.auditEvent.deleteMany()).rejects.toThrow(/permission denied/);
    await expect(db.$executeRaw`TRUNCATE "AuditEvent"`).rejects.toThrow(/permission denied/);
    const forged = { actor: 'x', action: 'x', detail: {} };
    await expect(db.auditEvent.create({ data: { ...forged, at: new Date(0) } })).rejects.toThrow(
      /permission/,
    );
    await expect(db.auditEvent.create({ data: { ...forged, seq: 99n } })).rejects.toThrow(/permission/);
    await expect(db.auditEvent.create({ data: { ...forged, hash: 'x' } })).rejects.toThrow(/permission/);
  }
  await expect(owner.auditEvent.updateMany({ data: { actor: 'x' } })).rejects.toThrow(/only be appended/);
  await expect(owner.auditEvent.deleteMany()).rejects.toThrow(/only be appended/);
  await expect(owner.$executeRaw`TRUNCATE "AuditEvent"`).rejects.toThrow(/only be appended/);
  expect(await verify()).toMatchObject({ intact: true, count: 5 });
});

test('events of several processes at once form one chain, and one of a failed action leaves no gap', async () => {
  const others = [0, 1, 2].map(() => openDatabase(database.siteUrl));
  await Promise.all(others.flatMap((db) => Array.from({ length: 10 }, (_, index) => append(db, { index }))));
  const failed = others[0]!.$transaction(async (tx) => {
    await append(tx as TestDatabase['site']);
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  await database.site.auditEvent.createMany({
    data: [1, 2, 3].map((index) => ({ actor: 'Ada', action: 'many', detail: { index } })),
  });
  await Promise.all(others.map((db) => db.$disconnect()));
  expect(await verify()).toMatchObject({ intact: true, count: 38 });
});

test.each([
  ['an actor', `UPDATE "AuditEvent" SET actor = 'Eve' WHERE seq = 3`],
  ['a time', `UPDATE "AuditEvent" SET at = at + interval '1 ms' WHERE seq = 3`],
  ['an address', `UPDATE "AuditEvent" SET address = '' WHERE seq = 3`],
  [
    'a value in the detail',
    `UPDATE "AuditEvent" SET detail = jsonb_set(detail, '{index}', '4') WHERE seq = 3`,
  ],
  ['what was before', `UPDATE "AuditEvent" SET before = '{}' WHERE seq = 3`],
  ['the hash', `UPDATE "AuditEvent" SET hash = repeat('0', 64) WHERE seq = 3`],
])('%s that was changed is found', async (_, statement) => {
  await tamper(statement);
  expect(await verify()).toMatchObject({ intact: false, count: 2, seq: 3 });
});

test('a changed row whose own hash was made to fit is found by the next one', async () => {
  await tamper(
    `UPDATE "AuditEvent" SET actor = 'Eve' WHERE seq = 3`,
    `UPDATE "AuditEvent" event SET hash = audit_event_hash(event) WHERE seq = 3`,
  );
  expect(await verify()).toMatchObject({ intact: false, count: 3, seq: 4 });
});

test('a removed, an inserted and two swapped rows are found', async () => {
  await tamper(`DELETE FROM "AuditEvent" WHERE seq = 2`);
  expect(await verify()).toMatchObject({ intact: false, count: 1, seq: 3 });
  await tamper(
    `INSERT INTO "AuditEvent" (id, seq, actor, action, detail, "previousHash", hash)
     SELECT gen_random_uuid(), 2, 'Eve', action, detail, hash, repeat('0', 64) FROM "AuditEvent" WHERE seq = 1`,
  );
  expect(await verify()).toMatchObject({ intact: false, count: 1, seq: 2 });
});

test('a row that was inserted past the trigger is found', async () => {
  await tamper(
    `INSERT INTO "AuditEvent" (id, actor, action, detail) VALUES (gen_random_uuid(), 'Eve', 'x', '{}')`,
  );
  expect(await verify()).toMatchObject({ intact: false, count: 5, seq: null });
});

test('transactions that record early and then wait for each other’s rows don’t block each other', async () => {
  const { site, owner } = database;
  const { id } = await owner.user.create({ data: { name: 'Ada' } });
  const rename = (name: string, isFirst: boolean) =>
    site.$transaction(async (tx) => {
      const lock = () => tx.user.update({ where: { id }, data: { name } });
      if (!isFirst) await lock();
      await append(tx as TestDatabase['site']);
      if (isFirst) await lock();
    });
  await Promise.all(Array.from({ length: 10 }, (_, index) => rename(`Ada ${index}`, index % 2 === 0)));
  expect(await verify()).toMatchObject({ intact: true, count: 15 });
});

test('two swapped rows are found', async () => {
  await tamper(
    `UPDATE "AuditEvent" SET seq = 100 WHERE seq = 3`,
    `UPDATE "AuditEvent" SET seq = 3 WHERE seq = 4`,
    `UPDATE "AuditEvent" SET seq = 4 WHERE seq = 100`,
  );
  expect(await verify()).toMatchObject({ intact: false, count: 2, seq: 3 });
});

test('a missing end is found with the anchor of an earlier run, also when others have followed', async () => {
  const before = await verify();
  const anchor = before.intact ? before.last : null;
  expect(anchor).toMatchObject({ seq: 5 });
  await append(database.site);
  expect(await verify(anchor)).toMatchObject({ intact: true, count: 6 });
  await tamper(`DELETE FROM "AuditEvent" WHERE seq > 4`);
  expect(await verify()).toMatchObject({ intact: true, count: 4 });
  expect(await verify(anchor)).toMatchObject({ intact: false, seq: 4 });
  await append(database.site);
  await append(database.site);
  expect(await verify()).toMatchObject({ intact: true, count: 6 });
  expect(await verify(anchor)).toMatchObject({ intact: false, seq: 5, count: 4 });
});

test('a trail of more events than one read is verified to its end', async () => {
  await database.owner.$executeRaw`
    INSERT INTO "AuditEvent" (id, actor, action, detail)
    SELECT gen_random_uuid(), 'Ada', 'many', '{}' FROM generate_series(1, 4500)`;
  expect(await verify()).toMatchObject({ intact: true, count: 4505 });
  await tamper(`UPDATE "AuditEvent" SET actor = 'Eve' WHERE seq = 4400`);
  expect(await verify()).toMatchObject({ intact: false, seq: 4400 });
});

test('heldout admin audit verify says how many events fit, prints the anchor, and fails for a broken trail', async () => {
  const environment = { DATABASE_URL: database.siteUrl };
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    await runHeldout(['admin', 'audit', 'verify', ...args], { environment, onLine });
    return lines;
  };
  const { last } = (await verify()) as { last: { seq: number; hash: string } };
  const anchor = formatAnchor(last);
  expect(await run()).toEqual(['The audit trail is whole: 5 events.', `Anchor: ${anchor}`]);
  expect(await run('--anchor', anchor)).toHaveLength(2);
  await expect(run('--anchor', 'nonsense')).rejects.toThrow('--anchor takes what an earlier');
  await tamper(`UPDATE "AuditEvent" SET actor = 'Eve' WHERE seq = 3`);
  await expect(run()).rejects.toThrow('broken at event 3, after 2 events that fit');
});
