import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as readHealth } from '#app/healthz/route.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { CheckedApi } from '#test/support/api/checked-api.ts';
import {
  archive,
  type Member,
  newAccount,
  newAdministrator,
  newMember,
  newScoredSubmission,
  newSubmission,
  upload,
} from '#test/support/api/people.ts';
import { asMember } from '#test/support/site/as-member.ts';
import { DATASET, newPublishedRelease, releaseArchive } from '#test/support/site/release-archive.ts';
import { HEX64, newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';
import { sealedFiles } from '#test/support/site/sealed-set.ts';
import { tarOf } from '#test/support/site/streams.ts';
import { ORIGIN, openTestSite, serveRoutes, type TestSite } from '#test/support/site/test-site.ts';

/**
 * The HTTP API, tested through the routes' own handlers: what a program sends and receives. Every response is
 * checked against the schema of its route.
 */
let here: TestSite;
let scene: Scene;
const api = new CheckedApi(ORIGIN);
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  scene = await newScene(here.database.owner);
});
afterAll(() => here.close());

const newParticipant = () => newMember(api, scene.challengeSlug);
const newParticipantOf = async (name: string) => (await newAccount(api, name)).token;
const submit = () => newSubmission(api, scene.challengeSlug);
const uploadOf = (member: Member, body: BodyInit, length: number) =>
  upload(member, scene.challengeSlug, body, length);
function archiveOf(member: Member, of: string) {
  const body = archive(of);
  return uploadOf(member, body, body.length);
}

test('sign-up, token, team, registration, image, submission, view and cancel work over HTTP', async () => {
  const { id, token } = await submit();
  const ofIt = { params: { id }, token };
  expect(await api.ok('readSubmission', ofIt)).toMatchObject({ id, evaluation: { state: 'QUEUED' } });
  await api.ok('cancelSubmission', ofIt);
  expect(await api.ok('readSubmission', ofIt)).toMatchObject({ evaluation: { state: 'CANCELLED' } });
});

test('a team selects the submission that counts over HTTP', async () => {
  const selecting = await newScene(here.database.owner, { counting: 'SELECTED' });
  const { id, token } = await newSubmission(api, selecting.challengeSlug);
  const ofIt = { params: { id }, token };
  await api.ok('selectSubmission', ofIt);
  expect(await api.ok('readSubmission', ofIt)).toMatchObject({ selection: { isSelected: true } });
});

test('a submission can include a model archive, and its page shows it', async () => {
  const member = await newParticipant();
  const { token, team } = member;
  const { image } = await api.ok('uploadImage', archiveOf(member, 'image'));
  expect(image.fileName).toBe('größe.tar.gz');
  const { model } = await api.ok('uploadModel', archiveOf(member, 'weights'));
  const entry = { challenge: scene.challengeSlug, phase: 'test', team, algorithm: 'net 1' };
  const submitted = (modelId: string) => ({ json: { ...entry, imageId: image.id, modelId }, token });

  const { submission } = await api.ok('createSubmission', submitted(model.id));
  expect(submission.url).toBe(`${ORIGIN}/submissions/${submission.id}`);
  const view = asMember(await api.ok('readSubmission', { params: { id: submission.id }, token }));
  expect(view.model).toMatchObject({ fileName: 'größe.tar.gz', sha256: model.sha256 });
  expect(view.image.sha256).toBe(image.sha256);
  const ofTeam = { query: { team }, token };
  expect((await api.ok('listImages', ofTeam)).images).toMatchObject([{ id: image.id, algorithm: 'net 1' }]);
  expect((await api.ok('listModels', ofTeam)).models).toMatchObject([{ id: model.id, algorithm: 'net 1' }]);

  // Neither an image nor another team's model is accepted.
  const theirs = await api.ok('uploadModel', archiveOf(await newParticipant(), 'theirs'));
  for (const modelId of [image.id, theirs.model.id]) {
    const { detail } = await api.refused('createSubmission', 404, submitted(modelId));
    expect(detail).toContain('no such model');
  }
});

test('an administrator can create a challenge, list the runners, and import a test set and a scorer', async () => {
  const token = await newAdministrator(api, here.database.owner);
  const recipient = await identityToRecipient(await generateIdentity());
  await here.database.owner.runner.create({ data: { name: unique('runner'), recipient, host: {} } });
  expect((await api.ok('listRunners', { token })).runners).toContainEqual(
    expect.objectContaining({ recipient }),
  );

  const slug = unique('stroke');
  const phase = {
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
  const challenge = { slug, title: 'Stroke', question: 'Who?', summary: 'Lesions.', phases: [phase] };
  expect(await api.ok('createChallenge', { json: challenge, token })).toEqual({ challenge: { slug } });
  const { definition, version } = await api.ok('readDefinition', { params: { slug }, token });
  expect(definition).toMatchObject(challenge);
  const renamed = { definition: { ...definition, title: 'Stroke lesions' }, version };
  expect(await api.ok('applyDefinition', { params: { slug }, json: renamed, token })).toMatchObject({
    changes: [{ path: 'title', before: 'Stroke', after: 'Stroke lesions' }],
    applied: true,
  });
  await api.refused('applyDefinition', 409, { params: { slug }, json: renamed, token });
  const body = Uint8Array.from(await tarOf(await sealedFiles(recipient, 2)));
  const headers = { 'content-length': String(body.length) };
  const { testSet } = await api.ok('importTestSet', {
    params: { slug, phase: 'test' },
    headers,
    token,
    body,
  });
  expect(testSet).toMatchObject({ caseCount: 2, bytes: body.length });
  expect(await api.ok('readHiddenSubjects', { params: { slug }, token })).toEqual({
    testSets: [{ phase: 'test', subjects: null }],
  });

  // The same in parts.
  const parts = Uint8Array.from(await tarOf(await sealedFiles(recipient, 1)));
  const place = { params: { slug, phase: 'test' }, token };
  const sha256 = createHash('sha256').update(parts).digest('hex');
  expect(await api.ok('readTestSetUpload', { ...place, query: { sha256 } })).toEqual({ upload: null });
  const cut = 1000;
  for (const [at, part] of [
    [0, parts.slice(0, cut)],
    [cut, parts.slice(cut)],
  ] as const) {
    const query = { sha256, bytes: String(parts.length), at: String(at) };
    const { upload } = await api.ok('uploadTestSetPart', { ...place, query, body: part });
    expect(upload).toEqual({ sha256, bytes: parts.length, received: at + part.length });
  }
  const arrived = await api.ok('importUploadedTestSet', { ...place, query: { sha256 } });
  expect(arrived.testSet).toMatchObject({ caseCount: 1, bytes: parts.length, sha256 });
  await api.refused('importUploadedTestSet', 404, { ...place, query: { sha256: 'b'.repeat(64) } });

  // Here Heldout scores; there, the organizers' scorer.
  const image = archive('scorer');
  const query = { fileName: 'scorer.tar.gz', signature: Buffer.alloc(64).toString('base64') };
  const ofScorer = (to: string) => ({
    params: { slug: to, phase: 'test' },
    query,
    headers: { 'content-length': String(image.length) },
    token,
    body: image,
  });
  expect((await api.refused('importScorer', 422, ofScorer(slug))).detail).toContain('takes no scorer');
  const metric = { name: 'f1', title: 'F1', better: 'higher', worst: 0, case: 'f1' };
  const task = { ...STROKE_T1, scoring: { kind: 'container', metrics: [metric] } };
  const scored = { ...phase, task, metrics: [{ metric: 'f1', weight: 1 }] };
  const other = { ...challenge, slug: unique('scored'), phases: [scored] };
  await api.ok('createChallenge', { json: other, token });
  const { scorer } = await api.ok('importScorer', ofScorer(other.slug));
  expect(scorer).toMatchObject({ version: 1, bytes: image.length, resumed: 0 });
  await api.ok('importScorer', ofScorer(other.slug));

  // The console lists the versions, and which one is in force.
  const organizer = await here.database.owner.organizer.findFirstOrThrow({
    where: { challenge: { slug: other.slug } },
    include: { user: true },
  });
  const viewer = {
    userId: organizer.userId,
    name: organizer.user.name,
    email: null,
    isAdmin: false,
    teams: [],
  };
  const view = await organizerView(here.site, other.slug, viewer);
  const imported = { phaseTitle: 'Hidden test', sha256: scorer.sha256, importedBy: organizer.user.name };
  expect(view).toMatchObject({
    waitingForScorer: 0,
    scorers: [
      { ...imported, version: 2, isInForce: true },
      { ...imported, version: 1, isInForce: false, fileName: 'scorer.tar.gz' },
    ],
  });
  expect((await organizerView(here.site, slug, viewer)).scorers).toEqual([]);

  const wrong = { ...challenge, slug: unique('stroke'), phases: [{ ...phase, limits: { cpus: 0 } }] };
  const { detail, fields } = await api.refused('createChallenge', 422, { json: wrong, token });
  expect(detail).toBe('phases[0].limits.cpus: must be a number of at least 0.1.');
  expect(fields).toMatchObject({
    'phases[0].limits.memoryMib': 'is missing: it must be a whole number.',
  });
});

test.each(['OPEN', 'HIDDEN'] as const)(
  'a score in a phase that is %s appears on its page, for team and public, and on the leaderboard',
  async (kind) => {
    const { id, token, team, challengeSlug: slug } = await newScoredSubmission(api, here.database, kind);
    const read = (sent: object) => api.ok('readSubmission', { params: { id }, ...sent });
    const seen = asMember(await read({ token }));
    expect(seen.evaluation.caseErrors).toMatchObject([
      { code: 'EXIT_NONZERO', count: 1, cases: kind === 'OPEN' ? [{ caseNumber: 2 }] : [] },
    ]);
    expect(seen.evaluation.caseScores).toHaveLength(kind === 'OPEN' ? 2 : 1);
    expect(seen.evaluation.scores).toHaveLength(2);
    expect(seen.leaderboardEntry).toMatchObject({ submissionId: id, rank: 1 });
    const forPublic = await read({});
    expect(forPublic).toMatchObject({ audience: 'public', evaluation: { scored: 1, failed: 1 } });
    const leaderboard = await api.ok('readLeaderboard', { params: { slug, phase: 'test' } });
    expect(leaderboard.entries).toMatchObject([{ teamSlug: team, submissionId: id }]);
    const { leaders } = await api.ok('readChallenge', { params: { slug } });
    expect(leaders?.entries.map(({ teamSlug }) => teamSlug)).toEqual(kind === 'OPEN' ? undefined : [team]);
  },
);

test('an organizer can rerun a submission that a platform error ended', async () => {
  const { id, token } = await submit();
  await here.database.owner.evaluation.updateMany({
    where: { submissionId: id },
    data: { state: 'FAILED', code: 'DISK_FULL', finishedAt: new Date() },
  });
  const ofIt = { params: { id } };
  const { evaluation } = asMember(await api.ok('readSubmission', { ...ofIt, token }));
  expect(evaluation.error).toMatchObject({ code: 'DISK_FULL' });
  await api.refused('rerunSubmission', 403, { ...ofIt, token });
  const administrator = await newAdministrator(api, here.database.owner);
  await api.ok('rerunSubmission', { ...ofIt, token: administrator });
  const again = asMember(await api.ok('readSubmission', { ...ofIt, token }));
  expect(again.evaluation).toMatchObject({ state: 'QUEUED', error: null });
});

test('an error response has a code, a message and messages for fields', async () => {
  const json = { name: 'Ada', email: 'x', password: 'short' };
  expect(await api.refused('signUp', 422, { json })).toEqual({
    type: 'about:blank',
    title: 'Unprocessable Entity',
    status: 422,
    detail: expect.any(String),
    code: 'INVALID',
    fields: { email: expect.any(String), password: expect.any(String) },
  });
  const { response } = await api.answer('createTeam', { json: { name: 'Nobody' } });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
});

test.each([
  ['no JSON', '{', 422, 'INVALID'],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 422, 'INVALID'],
  ['nothing', '', 422, 'INVALID'],
  ['a value that is no object', '[]', 422, 'INVALID'],
  ['an unknown field', '{"name":"a","isAdmin":true}', 422, 'INVALID'],
  ['a body of a megabyte', `"${'x'.repeat(2 ** 20)}"`, 413, 'TOO_LARGE'],
])('a body that is %s is refused', async (_, body, status, code) => {
  expect(await api.refused('signUp', status, { body })).toMatchObject({ code });
});

test('a truncated upload and a file that isn’t an archive are refused', async () => {
  const member = await newParticipant();
  const whole = archive('image');
  const cut = await api.refused('uploadImage', 400, uploadOf(member, whole, whole.length + 100));
  expect(cut).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  const text = Buffer.from('plain text'.repeat(100));
  const refused = await api.refused('uploadImage', 422, uploadOf(member, text, text.length));
  expect(refused).toMatchObject({ code: 'INVALID' });
});

test('an upload without a phase reports which query parameters are missing', async () => {
  const { token, team } = await newParticipant();
  const { fields } = await api.refused('uploadImage', 422, { query: { team }, token, body: randomBytes(9) });
  expect(Object.keys(fields)).toEqual(['challenge', 'phase']);
});

test('a client that disconnects during an upload leaves nothing behind and causes no internal error', async () => {
  const member = await newParticipant();
  const before = await here.storedFiles();
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(gzipSync('the first half')),
    pull: () => Promise.reject(new Error('aborted')),
  });
  const cut = await api.refused('uploadImage', 400, uploadOf(member, body, 5000));
  expect(cut).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  expect(await here.storedFiles()).toEqual(before);
});

test('the response to a bug doesn’t contain its message', async () => {
  const { token } = await newParticipant();
  const { readBug } = { readBug: new Error('password of the database: hunter2') };
  const failing = { ...here.site, db: new Proxy(here.site.db, { get: () => () => Promise.reject(readBug) }) };
  serveRoutes(failing);
  const problem = await api.refused('readSubmission', 500, { params: { id: 'x' }, token });
  serveRoutes(here.site);
  expect(problem).toMatchObject({
    code: 'INTERNAL',
    detail: expect.stringMatching(/Reference: [0-9a-f-]{36}/),
    reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(JSON.stringify(problem)).not.toContain('hunter2');
});

test('the leaderboard is public, as JSON and as CSV, and so are its figures', async () => {
  const params = { slug: scene.challengeSlug, phase: 'test' };
  expect(await api.ok('readLeaderboard', { params })).toMatchObject({ entries: [], caseCount: 2 });
  expect(await api.ok('readFigures', { params })).toMatchObject({ teams: [], total: 0, distribution: null });
  const { response, text } = await api.answer('exportLeaderboard', { params });
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="${scene.challengeSlug}-test-leaderboard.csv"`,
  );
  expect(text).toMatch(/^rank,rank_low,/);
});

test('a ranking has a permanent link, files to cite it, and pictures for other sites', async () => {
  const ranked = await newScene(here.database.owner);
  const submission = await scoredSubmission(here.database, ranked, [0.9, 0.8]);
  const params = { slug: ranked.challengeSlug, phase: 'test' };
  const { ranking } = await api.ok('createRanking', { params });
  expect(ranking.url).toBe(`${ORIGIN}/challenges/${params.slug}/leaderboard/${ranking.id}`);
  const ofIt = { params: { id: ranking.id } };
  const json = await api.answer('readRanking', ofIt);
  expect(createHash('sha256').update(json.text).digest('hex')).toBe(ranking.checksum);
  expect(json.response.headers.get('cache-control')).toContain('immutable');
  expect(json.response.headers.get('access-control-allow-origin')).toBe('*');
  const csv = (await api.answer('exportRanking', ofIt)).text;
  expect(csv).toContain(submission.id);
  expect(csv).toMatch(/^rank,rank_low,/);
  expect((await api.answer('citeRankingBibtex', ofIt)).text).toContain(ranking.url);
  expect((await api.answer('citeRankingRis', ofIt)).text).toContain(`UR  - ${ranking.url}\r\n`);
  expect((await api.answer('drawRankingCard', ofIt)).text).toContain('PNG');
  expect((await api.answer('drawLeaderboardCard', { params })).text).toContain('PNG');
  const badge = await api.answer('drawBadge', { params, query: { team: submission.team.slug } });
  expect(badge.text).toContain('rank 1 of 1');
  expect(badge.response.headers.get('cache-control')).toBe('public, max-age=300');
  expect(await api.ok('embedLeaderboard', { params })).toMatchObject({ total: 1, caseCount: 2 });
  await api.refused('readRanking', 404, { params: { id: '0'.repeat(20) } });

  const token = await newAdministrator(api, here.database.owner);
  const closesAt = new Date(Date.now() - 60_000);
  await here.database.owner.phase.update({ where: { id: ranked.phaseId }, data: { closesAt } });
  await api.refused('freezeRanking', 401, { params });
  const final = await api.ok('freezeRanking', { params, token });
  expect(final.ranking.id).not.toBe(ranking.id);
  expect((await api.ok('createRanking', { params })).ranking).toEqual(final.ranking);
  await api.refused('freezeRanking', 409, { params, token });
  await api.ok('unfreezeRanking', { params, token });
});

test('the starter kit of a phase is public', async () => {
  const params = { slug: scene.challengeSlug, phase: 'test' };
  expect((await api.answer('downloadStarterKit', { params })).response.status).toBe(200);
  await api.refused('downloadStarterKit', 404, { params: { ...params, phase: 'nowhere' } });
});

test('the container settings of a phase are public, so that participants can try them locally', async () => {
  const { phaseRules } = await api.ok('readChallenge', { params: { slug: scene.challengeSlug } });
  expect(phaseRules).toContainEqual(
    expect.objectContaining({ phaseSlug: 'test', contract: 'EXEC', limits: DEFAULT_LIMITS }),
  );
  await api.refused('readChallenge', 404, { params: { slug: 'nowhere' } });
});

test('a list is read in pages of at most `limit` items, and no page skips or repeats one that was there', async () => {
  const token = await newAdministrator(api, here.database.owner);
  const host = {};
  const newRunner = (name: string) =>
    here.database.owner.runner.create({ data: { name, host, recipient: `age1${'q'.repeat(58)}` } });
  const names = ['aa', 'bb', 'cc', 'dd', 'ee'].map((letters) => unique(`!${letters}`));
  for (const name of names) await newRunner(name);
  const read = (query: Record<string, string>) =>
    api.ok('listRunners', { token, query: { limit: '2', ...query } });
  const first = await read({});
  // Before the cursor, and behind it.
  await newRunner(unique('!ab'));
  const late = unique('!cd');
  await newRunner(late);
  const second = await read({ after: first.next! });
  const third = await read({ after: second.next! });
  const read3 = [first, second, third].flatMap(({ runners }) => runners.map(({ name }) => name));
  expect(read3).toEqual([names[0], names[1], names[2], late, names[3], names[4]]);
});

test('a team lists its submissions in pages, of all challenges or of one phase, and nobody else does', async () => {
  const { id, token, team } = await submit();
  const { owner } = here.database;
  const { phaseId, teamId, userId, imageId } = await owner.submission.findUniqueOrThrow({ where: { id } });
  const data = { phaseId, teamId, userId, imageId, evaluations: { create: { caseCount: 2 } } };
  const ids = [id];
  for (const algorithm of ['b', 'c'])
    ids.push((await owner.submission.create({ data: { ...data, algorithm } })).id);
  const list = (query: Record<string, string>) =>
    api.ok('listSubmissions', { token, query: { team, ...query } });
  const first = await list({ limit: '2' });
  expect(first.submissions).toMatchObject([
    { id: ids[2], algorithm: 'c', state: 'QUEUED', challengeSlug: scene.challengeSlug, phaseSlug: 'test' },
    { id: ids[1] },
  ]);
  const newest = await owner.submission.create({ data: { ...data, algorithm: 'd' } });
  expect(await list({ limit: '2', after: first.next! })).toMatchObject({ submissions: [{ id }], next: null });
  const ofPhase = await list({ challenge: scene.challengeSlug, phase: 'test' });
  expect(ofPhase.submissions.map((one) => one.id)).toEqual([newest.id, ...ids.toReversed()]);
  expect(await list({ challenge: 'another' })).toEqual({ submissions: [], next: null });

  const stranger = await newParticipant();
  await api.refused('listSubmissions', 403, { token: stranger.token, query: { team } });
  await api.refused('listSubmissions', 401, { query: { team } });
});

test.each([
  [{ limit: '0' }, 'limit'],
  [{ limit: '201' }, 'limit'],
  [{ limit: 'all' }, 'limit'],
  [{ after: 'yesterday' }, 'after'],
] as const)('a list refuses the page %o and names the parameter', async (query, field) => {
  const { token, team } = await newParticipant();
  const { fields } = await api.refused('listImages', 422, { token, query: { team, ...query } });
  expect(Object.keys(fields)).toEqual([field]);
});

test('only organizers can list runners', async () => {
  const { token } = await newParticipant();
  expect(await api.refused('listRunners', 403, { token })).toMatchObject({ code: 'FORBIDDEN' });
});

test('the description of the API is of this site, and the same for everybody', async () => {
  const document = await api.ok('readOpenApi');
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: ORIGIN }] });
  expect(await api.ok('readOpenApi', { token: (await newParticipant()).token })).toEqual(document);
});

test('the health check returns a status without details', async () => {
  const answer = await readHealth(new Request(`${ORIGIN}/healthz`));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ ok: true, database: 'ok' });
});

test('events: the current evaluation, every change, the last one, and the end', async () => {
  const { id, token } = await submit();
  const { response, next } = await api.events('followSubmission', { params: { id }, token });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const first = await next();
  expect(first).toMatchObject({ state: 'QUEUED', queuePlace: expect.any(Number) });
  const evaluationId = (first as EvaluationView).id;
  const move = (data: object) =>
    here.database.runner.$transaction(async (tx) => {
      await tx.evaluation.updateMany({ where: { id: evaluationId }, data });
      await tx.$executeRaw`SELECT pg_notify('evaluation_changed', ${evaluationId})`;
    });
  await move({ state: 'RUNNING', startedAt: new Date(), runningCases: 1 });
  expect(await next()).toMatchObject({ state: 'RUNNING', running: 1 });
  // Faster than four per second: events in between may be skipped, but not the last one.
  const startedMs = performance.now();
  for (let running = 2; running <= 40; running++) await move({ runningCases: running });
  await move({ state: 'FAILED', code: 'IMAGE_INVALID', runningCases: 0 });
  const seen: EvaluationView[] = [];
  for (let event = await next(); event !== 'end'; event = await next()) seen.push(event);
  expect(seen.at(-1)).toMatchObject({ state: 'FAILED', error: { code: 'IMAGE_INVALID' } });
  expect(seen.length).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - startedMs) / 250));
});

test('the stream ends when its reader disconnects', async () => {
  const { id, token } = await submit();
  const leaving = new AbortController();
  const { next } = await api.events('followSubmission', { params: { id }, token, signal: leaving.signal });
  await next();
  leaving.abort();
  expect(await next()).toBe('end');
});

test('events of a submission are refused to readers who may not see it', async () => {
  const { id } = await submit();
  expect(await api.refused('followSubmission', 401, { params: { id } })).toMatchObject({
    code: 'NOT_SIGNED_IN',
  });
});

test('organizers list and decide registrations over HTTP', async () => {
  const administrator = await newAdministrator(api, here.database.owner);
  const { team } = await newParticipant();
  const params = { slug: scene.challengeSlug };
  const { registrations } = await api.ok('listRegistrations', {
    params,
    query: { q: team },
    token: administrator,
  });
  expect(registrations).toMatchObject([{ team: { slug: team }, state: 'APPROVED' }]);
  const json = { teams: [team], decision: 'decline', reason: 'Twice.' };
  expect(await api.ok('decideRegistrations', { params, json, token: administrator })).toEqual({
    teams: [team],
  });
  const nobody = { params, json: { ...json, teams: [] }, token: administrator };
  expect((await api.refused('decideRegistrations', 422, nobody)).fields).toMatchObject({
    teams: 'Select at least one team.',
  });
});

test('organizers announce over HTTP, and members read and mark what they are told', async () => {
  const administrator = await newAdministrator(api, here.database.owner);
  const params = { slug: scene.challengeSlug };
  const json = { title: 'Moved', body: 'By **a week**.', isPinned: false };
  const { announcement } = await api.ok('createAnnouncement', { params, json, token: administrator });
  const { announcements } = await api.ok('listAnnouncements', { params, query: { limit: '1' } });
  expect(announcements).toMatchObject([{ ...announcement, ...json, editedAt: null }]);

  const token = await newParticipantOf('Ada');
  const { id: userId } = await here.database.owner.user.findFirstOrThrow({
    where: { name: 'Ada' },
    orderBy: { id: 'desc' },
  });
  const told = { userId, kind: 'announcement', title: 'Moved', path: '/' };
  await here.database.owner.notification.createMany({ data: [told, told] });
  const { notifications, unread } = await api.ok('listNotifications', { token });
  expect([unread, notifications.length]).toEqual([2, 2]);
  const { id } = notifications[0]!;
  expect(await api.ok('markNotificationsRead', { json: { id }, token })).toEqual({ unread: 1 });
  expect(await api.ok('markNotificationsRead', { json: { id: 'all' }, token })).toEqual({ unread: 0 });
  expect(await api.refused('listNotifications', 401, {})).toMatchObject({ code: 'NOT_SIGNED_IN' });
});

test('people invite, join, ask, hand over, leave, merge and dissolve over HTTP', async () => {
  const { token, team } = await newParticipant();
  const params = { slug: team };
  const { invitation } = await api.ok('createInvitation', { params, json: { maxUses: 2 }, token });
  expect(invitation.url).toMatch(`${ORIGIN}/invitations/`);
  const link = { params: { token: invitation.url.split('/').at(-1)! } };
  const ada = await newParticipantOf('Ada');
  expect(await api.ok('readInvitation', link)).toMatchObject({ invitation: { team: { slug: team } } });
  expect(await api.refused('acceptInvitation', 401, link)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await api.ok('acceptInvitation', { ...link, token: ada })).toMatchObject({ team: { slug: team } });
  await api.ok('revokeInvitation', { params: { ...params, id: invitation.id }, token });
  await api.ok('showMembership', { params, json: { isShown: true }, token: ada });
  expect((await api.ok('readTeam', { params })).team).toMatchObject({
    memberCount: 2,
    members: [{ name: 'Ada' }],
  });

  const bob = await newParticipantOf('Bob');
  const { request } = await api.ok('askToJoin', { params, json: { message: 'Hello' }, token: bob });
  const decision = { params: { ...params, id: request.id }, json: { decision: 'accept' }, token };
  await api.ok('decideJoinRequest', decision);
  const { members } = (await api.ok('manageTeam', { params, token })).team;
  const idOf = (name: string) => members.find((member) => member.name === name && !member.isViewer)!.id;
  await api.ok('removeMember', { params: { ...params, member: idOf('Bob') }, token });
  await api.ok('handOverTeam', { params, json: { member: idOf('Ada') }, token });
  await api.ok('leaveTeam', { params, token });
  expect(await api.refused('manageTeam', 403, { params, token })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await api.refused('leaveTeam', 409, { params, token: ada })).toMatchObject({ code: 'CONFLICT' });

  const second = await newParticipant();
  const { merge } = await api.ok('requestMerge', { params, json: { into: second.team }, token: ada });
  const accept = { params: { slug: second.team, id: merge.id }, json: { decision: 'accept' } };
  await api.ok('decideMerge', { ...accept, token: second.token });
  expect((await api.ok('readTeam', { params })).team).toMatchObject({ mergedInto: { slug: second.team } });
  const { name } = (await api.ok('readTeam', { params: { slug: second.team } })).team;
  await api.ok('dissolveTeam', { params: { slug: second.team }, json: { name }, token: second.token });
  expect(await api.refused('readTeam', 404, { params: { slug: 'no-such-team' } })).toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('data is described, uploaded, published and downloaded over HTTP', async () => {
  const token = await newAdministrator(api, here.database.owner);
  const params = { slug: scene.challengeSlug, dataset: unique('scans'), version: '1.0', variant: 'native' };
  const of = { params, token };
  await api.refused('describeDataset', 401, { params, json: DATASET });
  await api.refused('describeDataset', 422, { ...of, json: { ...DATASET, doi: 'none' } });
  await api.ok('describeDataset', { ...of, json: DATASET });
  await api.ok('describeRelease', { ...of, json: { changelog: 'First.' } });
  const body = await releaseArchive([['README', 'Read me.']]);
  const headers = { 'content-length': String(body.length) };
  const { variant } = await api.ok('uploadVariant', { ...of, headers, body });
  expect(variant).toMatchObject({ fileCount: 1, bytes: 8 });
  await api.refused('readDataset', 404, { params });
  await api.ok('publishRelease', of);
  const { datasets } = await api.ok('listDatasets', { params });
  const { dataset } = await api.ok('readDataset', { params });
  expect(datasets).toContainEqual(dataset);
  const { files } = await api.ok('listReleaseFiles', { params });
  expect(files).toEqual([
    { path: 'README', bytes: 8, sha256: createHash('sha256').update('Read me.').digest('hex') },
  ]);
  const file = await api.answer('downloadReleaseFile', { params, query: { path: 'README' } });
  expect(file.text).toBe('Read me.');
  await api.refused('downloadReleaseFile', 404, { params, query: { path: 'README.md' } });
  const list = (await api.answer('listChecksums', { params })).text;
  expect(list).toBe(`${files[0]!.sha256}  README\n`);
  const croissant = JSON.parse((await api.answer('describeInCroissant', { params })).text);
  expect(croissant.distribution).toMatchObject([
    { sha256: createHash('sha256').update(list).digest('hex'), contentSize: `${list.length} B` },
    { sha256: files[0]!.sha256 },
  ]);
  expect((await api.answer('citeReleaseBibtex', { params })).text).toContain('version 1.0');
  expect((await api.answer('citeReleaseCff', { params })).text).toContain('cff-version: 1.2.0');
  const archive = await api.answer('downloadRelease', { params });
  expect(archive.response.status).toBe(200);
  await api.refused('downloadRelease', 401, { params, query: { as: 'age' } });
  await api.refused('downloadRelease', 422, { params, query: { as: 'zip' } });
  const encrypted = await api.answer('downloadRelease', { ...of, query: { as: 'age' } });
  expect(encrypted.text).toMatch(/^age-encryption\.org\/v1\n/);
  const json = { paths: ['README'], blockBytes: null };
  expect(await api.ok('traceArchive', { ...of, json })).toMatchObject({ comparedFiles: 1, comparedKeys: 1 });
  await api.refused('traceArchive', 401, { params, json });
  await api.refused('uploadVariant', 409, { ...of, headers, body });
});

test('data is requested, decided about and signed for over HTTP', async () => {
  const organizer = await newAdministrator(api, here.database.owner);
  const { token } = await newParticipant();
  const { dataset } = await newPublishedRelease(here.database.owner, scene.challengeId);
  const params = { slug: scene.challengeSlug, dataset };
  const settings = { ...ACCESS, replies: [{ name: 'Ethics', text: 'Send it.' }] };
  await api.ok('changeAccessSettings', { params, json: settings, token: organizer });
  expect((await api.ok('readAccessSettings', { params, token: organizer })).settings).toEqual(settings);
  const of = { params, token };
  expect((await api.ok('readDataRequest', of)).access).toMatchObject({ request: null, grant: null });
  await api.ok('draftDataRequest', { ...of, json: { institution: 'U' } });
  await api.ok('withdrawDataRequest', of);
  const json = { institution: 'U', useStatement: 'Research.', name: 'Ada', termsSha256: HEX64 };
  await api.refused('submitDataRequest', 422, { ...of, json: { ...json, useStatement: '' } });
  const { access } = await api.ok('submitDataRequest', { ...of, json });
  const requests = [access.request!.id];
  await api.refused('listDataRequests', 403, { params, token });
  const list = { params, query: { dataset }, token: organizer };
  expect((await api.ok('listDataRequests', list)).requests).toMatchObject([{ state: 'SUBMITTED' }]);
  const decide = (decision: Record<string, string>) =>
    api.ok('decideDataRequests', { params, json: { requests, ...decision }, token: organizer });
  await decide({ decision: 'ask', reply: 'Ethics' });
  await api.ok('answerDataRequest', { ...of, json: { text: 'Here.' } });
  expect(await decide({ decision: 'approve' })).toEqual({ requests });
  const signature = { name: 'Ada', termsSha256: HEX64 };
  const signed = await api.ok('signTerms', { ...of, json: signature });
  expect(signed.access).toMatchObject({
    request: { state: 'APPROVED' },
    terms: [{ signature: { name: 'Ada' } }],
  });
  await decide({ decision: 'revoke', reason: 'Shared.' });
  const file = {
    params: { ...params, version: '1.0', variant: 'native' },
    query: { path: 'README', as: 'age' },
    token,
  };
  expect(await api.refused('downloadReleaseFile', 403, file)).toMatchObject({ code: 'FORBIDDEN' });
});

const ACCESS = {
  ...{ access: 'REQUEST', autoApprove: ['*.uni.example'], validityDays: null, dueDays: 5 },
  questions: [],
};

// Must be the last test: those before it have to call every route successfully.
test('every route of the table has returned a valid success response', () => {
  expect(api.untested()).toEqual([]);
});
