import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { IDEMPOTENCY_KEY_HEADER, newIdempotencyKey } from '#lib/api/idempotency/key.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { CheckedApi, type RouteName, type Sent } from '#test/support/api/checked-api.ts';
import { archive, newAdministrator, newMember, newSubmission, upload } from '#test/support/api/people.ts';
import { DATASET, releaseArchive } from '#test/support/site/release-archive.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { sealedFiles } from '#test/support/site/sealed-set.ts';
import { tarOf } from '#test/support/site/streams.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Guarantee: a request that creates something and is sent again with the same key creates it once. */
let here: TestSite;
let scene: Scene;
const api = new CheckedApi(ORIGIN);
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  scene = await newScene(here.database.owner);
});
afterAll(() => here.close());

interface Repeated {
  sent: Sent;
  /** Another request of the same account to the same route. */
  other: Sent;
  /** How many of what it creates exist. */
  count: () => Promise<number>;
}

type KeyedRoute = {
  [Name in RouteName]: (typeof ROUTES)[Name] extends { takesIdempotencyKey: true } ? Name : never;
}[RouteName];

const owner = () => here.database.owner;
const withKey = (sent: Sent, key: string): Sent => ({
  ...sent,
  headers: { ...sent.headers, [IDEMPOTENCY_KEY_HEADER]: `"${key}"` },
});
const member = () => newMember(api, scene.challengeSlug);

const PHASE = {
  slug: 'test',
  title: 'Hidden test',
  kind: 'HIDDEN',
  opensAt: '2026-03-01T00:00:00Z',
  closesAt: '2026-06-01T00:00:00Z',
  limits: DEFAULT_LIMITS,
  metrics: [{ metric: 'dice', weight: 1 }],
  submissionsPerDay: 1,
  submissionsTotal: 10,
};
const challenge = (slug: string) => ({
  slug,
  title: 'Stroke',
  question: 'Who?',
  summary: 'Lesions.',
  phases: [PHASE],
});

async function repeatedUpload(kind: 'image' | 'model'): Promise<Repeated> {
  const uploader = await member();
  const where = { team: { slug: uploader.team } };
  const send = (body: Buffer<ArrayBuffer>) => upload(uploader, scene.challengeSlug, body, body.length);
  return {
    sent: send(archive('first')),
    other: send(archive('other')),
    count: () => (kind === 'image' ? owner().image.count({ where }) : owner().modelArchive.count({ where })),
  };
}

async function stoppedSubmission(): Promise<string> {
  const { id } = await newSubmission(api, scene.challengeSlug);
  const data = { state: 'FAILED', code: 'DISK_FULL', finishedAt: new Date() } as const;
  await owner().evaluation.updateMany({ where: { submissionId: id }, data });
  return id;
}

/** A route that takes keys and isn’t here is a type error. */
const REQUESTS: Record<Exclude<KeyedRoute, 'createToken'>, () => Promise<Repeated>> = {
  createTeam: async () => {
    const { token } = await member();
    const name = unique('Team');
    return {
      sent: { json: { name }, token },
      other: { json: { name: unique('Team') }, token },
      count: () => owner().team.count({ where: { name } }),
    };
  },
  createChallenge: async () => {
    const token = await newAdministrator(api, owner());
    const slug = unique('stroke');
    return {
      sent: { json: challenge(slug), token },
      other: { json: challenge(unique('stroke')), token },
      count: () => owner().challenge.count({ where: { slug } }),
    };
  },
  createAnnouncement: async () => {
    const token = await newAdministrator(api, owner());
    const params = { slug: scene.challengeSlug };
    const json = { title: unique('News'), body: 'Moved.', isPinned: false };
    return {
      sent: { params, json, token },
      other: { params, json: { ...json, title: unique('News') }, token },
      count: () => owner().announcement.count({ where: { title: json.title } }),
    };
  },
  registerTeam: async () => {
    const { challengeSlug: elsewhere } = await newScene(owner());
    const { token, team } = await newMember(api, elsewhere);
    const json = { team };
    return {
      sent: { params: { slug: scene.challengeSlug }, json, token },
      other: { params: { slug: elsewhere }, json, token },
      count: () => owner().registration.count({ where: { team: { slug: team } } }),
    };
  },
  createInvitation: async () => {
    const { token, team } = await member();
    const params = { slug: team };
    return {
      sent: { params, json: { maxUses: 3 }, token },
      other: { params, json: { maxUses: 4 }, token },
      count: () => owner().invitation.count({ where: { team: { slug: team } } }),
    };
  },
  askToJoin: async () => {
    const { token } = await member();
    const { team } = await member();
    const params = { slug: team };
    return {
      sent: { params, json: { message: 'Hello' }, token },
      other: { params, json: { message: 'Please' }, token },
      count: () => owner().joinRequest.count({ where: { team: { slug: team } } }),
    };
  },
  requestMerge: async () => {
    const [{ token, team }, second, third] = [await member(), await member(), await member()];
    const params = { slug: team };
    return {
      sent: { params, json: { into: second.team }, token },
      other: { params, json: { into: third.team }, token },
      count: () => owner().mergeRequest.count({ where: { fromTeam: { slug: team } } }),
    };
  },
  uploadVariant: async () => {
    const token = await newAdministrator(api, owner());
    const place = { slug: scene.challengeSlug, dataset: unique('scans'), version: '1.0' };
    await api.ok('describeDataset', { params: place, json: DATASET, token });
    await api.ok('describeRelease', { params: place, json: {}, token });
    const send = async (content: string): Promise<Sent> => {
      const body = await releaseArchive([['README', content]]);
      const headers = { 'content-length': String(body.length) };
      return { params: { ...place, variant: 'native' }, headers, token, body };
    };
    return {
      sent: await send('first'),
      other: await send('other'),
      count: () => owner().releaseVariant.count({ where: { release: { dataset: { name: place.dataset } } } }),
    };
  },
  importTestSet: async () => {
    const token = await newAdministrator(api, owner());
    const recipient = await identityToRecipient(await generateIdentity());
    await owner().runner.create({ data: { name: unique('runner'), recipient, host: {} } });
    const slug = unique('stroke');
    await api.ok('createChallenge', { json: challenge(slug), token });
    const sealed = async (): Promise<Sent> => {
      const body = Uint8Array.from(await tarOf(await sealedFiles(recipient, 2)));
      const headers = { 'content-length': String(body.length) };
      return { params: { slug, phase: 'test' }, headers, token, body };
    };
    return {
      sent: await sealed(),
      other: await sealed(),
      count: () => owner().testSet.count({ where: { challenge: { slug } } }),
    };
  },
  importScorer: async () => {
    const token = await newAdministrator(api, owner());
    const slug = unique('scored');
    const scoring = {
      kind: 'container',
      metrics: [{ name: 'f1', title: 'F1', better: 'higher', worst: 0, case: 'f1' }],
    };
    const phase = { ...PHASE, task: { ...STROKE_T1, scoring }, metrics: [{ metric: 'f1', weight: 1 }] };
    await api.ok('createChallenge', { json: { ...challenge(slug), phases: [phase] }, token });
    const send = (body: Buffer<ArrayBuffer>): Sent => ({
      params: { slug, phase: 'test' },
      query: { fileName: 'scorer.tar.gz', signature: Buffer.alloc(64).toString('base64') },
      headers: { 'content-length': String(body.length) },
      token,
      body,
    });
    return {
      sent: send(archive('scorer')),
      other: send(archive('other')),
      count: () => owner().scorer.count({ where: { phase: { challenge: { slug } } } }),
    };
  },
  uploadImage: () => repeatedUpload('image'),
  uploadModel: () => repeatedUpload('model'),
  createSubmission: async () => {
    const { token, team } = await member();
    const file = archive('image');
    const { image } = await api.ok(
      'uploadImage',
      upload({ token, team }, scene.challengeSlug, file, file.length),
    );
    const json = { challenge: scene.challengeSlug, phase: 'test', team, imageId: image.id };
    return {
      sent: { json: { ...json, algorithm: 'net 1' }, token },
      other: { json: { ...json, algorithm: 'net 2' }, token },
      count: () => owner().submission.count({ where: { team: { slug: team } } }),
    };
  },
  rerunSubmission: async () => {
    const token = await newAdministrator(api, owner());
    const [id, otherId] = [await stoppedSubmission(), await stoppedSubmission()];
    return {
      sent: { params: { id }, token },
      other: { params: { id: otherId }, token },
      count: async () => (await owner().evaluation.count({ where: { submissionId: id } })) - 1,
    };
  },
};

describe.each(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])('%s', (name) => {
  test('sent again with the same key, returns the first response and creates nothing', async () => {
    const { sent, other, count } = await REQUESTS[name]();
    const before = await count();
    const key = newIdempotencyKey();
    const first = await api.answer(name, withKey(sent, key));
    expect(first.response.status, first.text).toBe(ROUTES[name].response.status);
    const second = await api.answer(name, withKey(sent, key));
    expect(second.response.status, second.text).toBe(first.response.status);
    expect(JSON.parse(second.text)).toEqual(JSON.parse(first.text));
    expect(await count()).toBe(before + 1);
    const refused = await api.refused(name, 422, withKey(other, key));
    expect(refused.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await count()).toBe(before + 1);
  });

  test('sent six times at once with the same key, creates one', async () => {
    const { sent, count } = await REQUESTS[name]();
    const before = await count();
    const key = newIdempotencyKey();
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.answer(name, withKey(sent, key))));
    expect(new Set(answers.map(({ response }) => response.status))).toEqual(
      new Set([ROUTES[name].response.status]),
    );
    const [first, ...others] = answers.map(({ text }) => JSON.parse(text));
    for (const body of others) expect(body).toEqual(first);
    expect(await count()).toBe(before + 1);
  });
});

test('every route whose success is 201 takes a key', () => {
  const creating = Object.entries(ROUTES).filter(([, { response }]) => response.status === 201);
  const without = creating.filter(([, route]) => !('takesIdempotencyKey' in route)).map(([name]) => name);
  expect(without).toEqual([]);
});

test('a token is shown once: the same request is refused, and no row contains the token', async () => {
  const account = { email: `${unique('ada')}@example.org`, password: 'correct horse battery' };
  await api.ok('signUp', { json: { name: 'Ada', ...account } });
  const user = await owner().user.findUniqueOrThrow({ where: { email: account.email } });
  const sent = withKey({ json: { ...account, name: 'laptop' } }, newIdempotencyKey());
  const { token } = await api.ok('createToken', sent);
  const problem = await api.refused('createToken', 409, sent);
  expect(problem.detail).toMatch(/already created the token “laptop”.*revoke it/);
  expect(JSON.stringify(problem)).not.toContain(token);
  expect(await owner().apiToken.count({ where: { userId: user.id } })).toBe(1);
  const rows = await owner().idempotencyKey.findMany({ where: { userId: user.id } });
  expect(rows).toHaveLength(1);
  const kept = JSON.stringify(rows);
  for (const secret of [token, account.password]) expect(kept).not.toContain(secret);
});

test('the keys of different accounts are independent', async () => {
  const key = newIdempotencyKey();
  const names: string[] = [];
  for (const { token } of [await member(), await member()]) {
    const sent = withKey({ json: { name: unique('Team') }, token }, key);
    names.push((await api.ok('createTeam', sent)).team.name);
  }
  expect(new Set(names).size).toBe(2);
});

test('a request that was refused doesn’t use up its key', async () => {
  const { token } = await member();
  const key = newIdempotencyKey();
  await api.refused('createTeam', 422, withKey({ json: { name: '!!!' }, token }, key));
  await api.ok('createTeam', withKey({ json: { name: unique('Team') }, token }, key));
});

test('a repeated submission is answered after the phase has closed and the quota is used up', async () => {
  const closesAt = new Date(Date.now() + 60_000);
  const { challengeSlug } = await newScene(owner(), { perDay: 1, total: 1, closesAt });
  const { token, team } = await newMember(api, challengeSlug);
  const file = archive('image');
  const uploading = withKey(upload({ token, team }, challengeSlug, file, file.length), newIdempotencyKey());
  const { image } = await api.ok('uploadImage', uploading);
  const json = { challenge: challengeSlug, phase: 'test', team, imageId: image.id, algorithm: 'net 1' };
  const sent = withKey({ json, token }, newIdempotencyKey());
  const { submission } = await api.ok('createSubmission', sent);
  expect((await api.refused('createSubmission', 429, { json, token })).code).toBe('QUOTA_USED');
  here.setNow(new Date(closesAt.getTime() + 60_000));
  expect((await api.ok('createSubmission', sent)).submission.id).toBe(submission.id);
  expect((await api.ok('uploadImage', uploading)).image.id).toBe(image.id);
  here.setNow(null);
});

test('a key is forgotten after 24 hours, and its row is deleted', async () => {
  const { token } = await member();
  const key = newIdempotencyKey();
  const send = () => api.ok('createTeam', withKey({ json: { name: unique('Team') }, token }, key));
  const { team } = await send();
  here.setNow(new Date(Date.now() + 24 * 3_600_000 + 1000));
  expect((await send()).team.id).not.toBe(team.id);
  here.setNow(null);
  expect(await owner().idempotencyKey.count({ where: { key } })).toBe(1);
});

test('if creating fails after its rows are written, neither they nor the key remain', async () => {
  const { userId } = await here.newViewer();
  const name = unique('Team');
  const creation = {
    userId,
    key: newIdempotencyKey(),
    operation: 'team.create',
    payload: { name },
    result: z.object({ id: z.uuid() }),
  };
  const create = (fails: boolean) =>
    createOnce(here.site, creation, async (tx) => {
      const team = await tx.team.create({ data: { slug: name.toLowerCase(), name }, select: { id: true } });
      if (fails) throw new Error('The process is killed.');
      return team;
    });
  await expect(create(true)).rejects.toThrow('The process is killed.');
  expect(await owner().team.count({ where: { name } })).toBe(0);
  const { id } = await create(false);
  expect(await create(false)).toEqual({ id });
});

test.each(['', 'with space', 'x'.repeat(256), 'quote"inside'])('the key %j is refused', async (key) => {
  const { token } = await member();
  const headers = { [IDEMPOTENCY_KEY_HEADER]: key };
  const { detail } = await api.refused('createTeam', 422, { json: { name: unique('Team') }, token, headers });
  expect(detail).toContain('Idempotency-Key must be');
});

test('a key may be sent without the quotes of a structured field', async () => {
  const { token } = await member();
  const key = newIdempotencyKey();
  const json = { name: unique('Team') };
  const quoted = await api.ok('createTeam', withKey({ json, token }, key));
  const headers = { [IDEMPOTENCY_KEY_HEADER]: key };
  expect(await api.ok('createTeam', { json, token, headers })).toEqual(quoted);
});
