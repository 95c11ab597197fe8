import { createHash } from 'node:crypto';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { importUpload, readUpload, receivePart } from '#lib/site/test-sets/upload-parts.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { sealedFiles } from '#test/support/site/sealed-set.ts';
import { inChunks, tarOf } from '#test/support/site/streams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
let recipient: string;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  recipient = await identityToRecipient(await generateIdentity());
  await here.database.owner.runner.create({ data: { name: unique('runner'), recipient, host: {} } });
});
beforeEach(async () => {
  scene = await newScene(here.database.owner);
  organizer = await here.newViewer();
  const { challengeId } = scene;
  const data = { challengeId, userId: organizer.userId, role: 'OWNER' } as const;
  await here.database.owner.organizer.create({ data });
});
afterAll(() => here.close());

interface Sent {
  bytes: Uint8Array;
  sha256: string;
}

async function sealed(): Promise<Sent> {
  const bytes = await tarOf(await sealedFiles(recipient, 2));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const place = () => ({ challenge: scene.challengeSlug, phase: 'test' });

function send({ bytes, sha256 }: Sent, at: number, end: number, viewer: Viewer | null = organizer) {
  const part = bytes.subarray(at, end);
  const of = { sha256, bytes: bytes.length, at, chunks: inChunks(part), expectedBytes: part.length };
  return receivePart(here.site, { ...place(), ...of }, viewer);
}

const found = ({ sha256 }: Sent, viewer = organizer) => readUpload(here.site, { ...place(), sha256 }, viewer);
const stored = (sha256: string) => here.site.store.has(sha256);
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a set that arrives in parts is imported as one that is sent whole, and its parts are removed', async () => {
  const set = await sealed();
  const cuts = [0, 700, 60_000, set.bytes.length];
  for (const [index, at] of cuts.slice(0, -1).entries()) {
    expect(await send(set, at, cuts[index + 1]!)).toMatchObject({ received: cuts[index + 1]! });
  }
  expect(await found(set)).toMatchObject({ received: set.bytes.length });
  const imported = await importUpload(here.site, { ...place(), sha256: set.sha256 }, organizer);
  expect(imported).toMatchObject({ caseCount: 2, bytes: set.bytes.length, sha256: set.sha256 });
  const phase = await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
  expect(phase.testSetId).toBe(imported.id);
  expect(await here.database.owner.testSetUpload.count({ where: { phaseId: scene.phaseId } })).toBe(0);
  expect(await stored(digest(set.bytes.subarray(700, 60_000)))).toBe(false);
  // The answer was lost.
  expect(await found(set)).toMatchObject({ received: set.bytes.length });
  expect(await importUpload(here.site, { ...place(), sha256: set.sha256 }, organizer)).toEqual(imported);
});

test('a part is stored once, and only behind the last one', async () => {
  const set = await sealed();
  await send(set, 0, 1000);
  expect(await send(set, 0, 1000)).toMatchObject({ received: 1000 });
  await expect(send(set, 2000, 3000)).rejects.toMatchObject({ code: 'CONFLICT' });
  const both = await Promise.allSettled([send(set, 1000, 2000), send(set, 1000, 2000)]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(await found(set)).toMatchObject({ received: 2000 });
  const parts = await here.database.owner.testSetUploadPart.count({
    where: { upload: { phaseId: scene.phaseId } },
  });
  expect(parts).toBe(2);
  await expect(importUpload(here.site, { ...place(), sha256: set.sha256 }, organizer)).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
  });
  await expect(
    send(set, 2000, set.bytes.length + 1).then(() => send(set, set.bytes.length, 10 ** 9)),
  ).rejects.toMatchObject({
    code: 'INVALID',
  });
});

test('what arrived is refused if it is not the declared file, and nothing is imported', async () => {
  const set = await sealed();
  const other = { ...set, sha256: 'a'.repeat(64) };
  await send(other, 0, set.bytes.length);
  await expect(
    importUpload(here.site, { ...place(), sha256: other.sha256 }, organizer),
  ).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
  });
  const phase = await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
  expect(phase.testSetId).toBe(scene.testSetId);
  // Another file begins anew.
  expect(await send(set, 0, 500)).toEqual({ sha256: set.sha256, bytes: set.bytes.length, received: 500 });
  expect(await stored(digest(set.bytes))).toBe(false);
});

test('uploads belong to their organizer, and abandoned ones are removed', async () => {
  const set = await sealed();
  await send(set, 0, 900);
  const second = await here.newViewer();
  const { challengeId } = scene;
  await here.database.owner.organizer.create({ data: { challengeId, userId: second.userId, role: 'OWNER' } });
  expect(await found(set, second)).toBeNull();
  await expect(send(set, 900, 1000, second)).rejects.toMatchObject({ code: 'CONFLICT' });
  const stranger = await here.newViewer();
  await expect(send(set, 0, 900, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });

  const updatedAt = new Date(here.site.now().getTime() - 8 * DAY_MS);
  await here.database.owner.testSetUpload.updateMany({
    where: { userId: organizer.userId },
    data: { updatedAt },
  });
  await send(await sealed(), 0, 100, second);
  expect(await found(set)).toBeNull();
  expect(await stored(digest(set.bytes.subarray(0, 900)))).toBe(false);
});
