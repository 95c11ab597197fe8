import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as readLeaderboard } from '#app/api/v1/challenges/[slug]/phases/[phase]/leaderboard/route.ts';
import { GET as readLeaderboardCsv } from '#app/api/v1/challenges/[slug]/phases/[phase]/leaderboard.csv/route.ts';
import { POST as register } from '#app/api/v1/challenges/[slug]/registrations/route.ts';
import { GET as readChallenge } from '#app/api/v1/challenges/[slug]/route.ts';
import { POST as sendImage } from '#app/api/v1/images/route.ts';
import { POST as sendModel } from '#app/api/v1/models/route.ts';
import { GET as listRunners } from '#app/api/v1/runners/route.ts';
import { POST as cancel } from '#app/api/v1/submissions/[id]/cancel/route.ts';
import { GET as follow } from '#app/api/v1/submissions/[id]/events/route.ts';
import { GET as readSubmission } from '#app/api/v1/submissions/[id]/route.ts';
import { POST as submit } from '#app/api/v1/submissions/route.ts';
import { POST as createTeam } from '#app/api/v1/teams/route.ts';
import { POST as createToken } from '#app/api/v1/tokens/route.ts';
import { POST as signUp } from '#app/api/v1/users/route.ts';
import { GET as readHealth } from '#app/healthz/route.ts';
import type { ChallengeView } from '#lib/api/challenges.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** The HTTP contract, by the routes' own handlers: what a program sends and what it gets. */
let here: TestSite;
let scene: Scene;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  (globalThis as { heldoutSite?: unknown }).heldoutSite = here.site;
});
afterAll(async () => {
  delete (globalThis as { heldoutSite?: unknown }).heldoutSite;
  await here.close();
});

interface Sent {
  token?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

function request(method: string, path: string, { token, body, headers = {}, signal }: Sent = {}): Request {
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const init = { method, headers: { ...authorization, ...headers }, ...(signal ? { signal } : {}) };
  return new Request(`${ORIGIN}${path}`, body === undefined ? init : { ...init, body });
}
const post = (path: string, body: unknown, token?: string) =>
  request('POST', path, { body: JSON.stringify(body), ...(token ? { token } : {}) });
const at = <Params>(params: Params) => ({ params: Promise.resolve(params) });

async function answered<Body>(response: Promise<Response>, status: number): Promise<Body> {
  const { status: found, ...rest } = await response.then(async (one) => ({
    status: one.status,
    body: (await one.json()) as Body,
  }));
  expect({ status: found, ...rest }).toMatchObject({ status });
  return rest.body;
}

async function newMember() {
  const account = { email: `${unique('ada')}@example.org`, password: 'correct horse battery' };
  await answered(signUp(post('/api/v1/users', { name: 'Ada', ...account })), 201);
  const named = post('/api/v1/tokens', { ...account, name: 'laptop' });
  const { token } = await answered<{ token: string }>(createToken(named), 201);
  const made = createTeam(post('/api/v1/teams', { name: unique('Team') }, token));
  const { team } = await answered<{ team: { slug: string } }>(made, 201);
  const { challengeSlug: slug } = scene;
  await answered(register(post('/', { team: team.slug }, token), at({ slug })), 201);
  return { token, team: team.slug };
}

function archiveRequest(
  kind: 'images' | 'models',
  member: { token: string; team: string },
  body: Buffer<ArrayBuffer>,
  length = body.length,
) {
  const query = new URLSearchParams({ team: member.team, challenge: scene.challengeSlug, phase: 'test' });
  const headers = { 'content-length': String(length), 'x-file-name': encodeURIComponent('größe.tar.gz') };
  return request('POST', `/api/v1/${kind}?${query}`, { token: member.token, body, headers });
}

async function newSubmission() {
  const member = await newMember();
  const sent = sendImage(archiveRequest('images', member, gzipSync(unique('image')) as Buffer<ArrayBuffer>));
  const { image } = await answered<{ image: { id: string; fileName: string } }>(sent, 201);
  expect(image.fileName).toBe('größe.tar.gz');
  const place = { challenge: scene.challengeSlug, phase: 'test', team: member.team };
  const made = submit(
    post('/api/v1/submissions', { ...place, imageId: image.id, algorithm: 'empty' }, member.token),
  );
  const { submission } = await answered<{ submission: { id: string; url: string } }>(made, 201);
  expect(submission.url).toBe(`${ORIGIN}/submissions/${submission.id}`);
  return { ...member, id: submission.id };
}

test('sign up, token, team, registration, image, submission, view and cancel, as a program does', async () => {
  const { id, token } = await newSubmission();
  const read = () => readSubmission(request('GET', '/', { token }), at({ id }));
  expect(await answered(read(), 200)).toMatchObject({ id, evaluation: { state: 'QUEUED' } });
  await answered(cancel(request('POST', '/', { token }), at({ id })), 200);
  expect(await answered(read(), 200)).toMatchObject({ evaluation: { state: 'CANCELLED' } });
});

test('a model archive goes with the image, named by its id, and its page says which', async () => {
  const member = await newMember();
  const archive = (of: string) => gzipSync(unique(of)) as Buffer<ArrayBuffer>;
  type Sent = Record<'image' | 'model', { id: string; sha256: string }>;
  const { image } = await answered<Sent>(sendImage(archiveRequest('images', member, archive('image'))), 201);
  const sent = sendModel(archiveRequest('models', member, archive('weights')));
  const { model } = await answered<Sent>(sent, 201);
  const place = { challenge: scene.challengeSlug, phase: 'test', team: member.team, algorithm: 'net 1' };
  const submitAs = (body: object, token: string) =>
    submit(post('/api/v1/submissions', { ...place, imageId: image.id, ...body }, token));

  const made = submitAs({ modelId: model.id }, member.token);
  const { submission } = await answered<{ submission: { id: string } }>(made, 201);
  const { token } = member;
  const read = readSubmission(request('GET', '/', { token }), at({ id: submission.id }));
  const view = await answered<SubmissionView>(read, 200);
  expect(view.model).toMatchObject({ fileName: 'größe.tar.gz', sha256: model.sha256 });
  expect(view.image.sha256).toBe(image.sha256);

  // An image is no model, and another team's model is nobody's here.
  const other = await newMember();
  const theirs = await answered<Sent>(sendModel(archiveRequest('models', other, archive('theirs'))), 201);
  for (const modelId of [image.id, theirs.model.id]) {
    const refused = submitAs({ modelId }, token);
    expect(await answered(refused, 404)).toMatchObject({
      error: { message: expect.stringContaining('no such model') },
    });
  }
});

test('a refusal has a code, a sentence and its fields', async () => {
  const wrong = signUp(post('/api/v1/users', { name: 'Ada', email: 'x', password: 'short' }));
  expect(await answered(wrong, 422)).toEqual({
    error: {
      code: 'INVALID',
      message: expect.any(String),
      fields: { email: expect.any(String), password: expect.any(String) },
    },
  });
  const visitor = await createTeam(post('/api/v1/teams', { name: 'Nobody' }));
  expect(visitor.status).toBe(401);
  expect(visitor.headers.get('www-authenticate')).toBe('Bearer');
});

test.each([
  ['no JSON', '{', 422, 'INVALID'],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 422, 'INVALID'],
  ['nothing', '', 422, 'INVALID'],
  ['a value that is no object', '[]', 422, 'INVALID'],
  ['an unknown field', '{"name":"a","isAdmin":true}', 422, 'INVALID'],
  ['a body of a megabyte', `"${'x'.repeat(2 ** 20)}"`, 413, 'TOO_LARGE'],
])('a body that is %s is refused', async (_, body, status, code) => {
  const refused = signUp(request('POST', '/api/v1/users', { body }));
  expect(await answered(refused, status)).toMatchObject({ error: { code } });
});

test('an upload that is cut off, or no archive, is refused by its route', async () => {
  const member = await newMember();
  const archive = gzipSync('image') as Buffer<ArrayBuffer>;
  const cut = sendImage(archiveRequest('images', member, archive, archive.length + 100));
  expect(await answered(cut, 400)).toMatchObject({ error: { code: 'UPLOAD_INCOMPLETE' } });
  const text = sendImage(archiveRequest('images', member, Buffer.from('plain text'.repeat(100))));
  expect(await answered(text, 422)).toMatchObject({ error: { code: 'INVALID' } });
});

test('a client who goes away in the middle of an upload leaves nothing, and no error of ours', async () => {
  const member = await newMember();
  const before = await here.storedFiles();
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(gzipSync('the first half')),
    pull: () => Promise.reject(new Error('aborted')),
  });
  const sent = archiveRequest('images', member, gzipSync('x') as Buffer<ArrayBuffer>, 5000);
  const cut = new Request(sent.url, {
    method: 'POST',
    headers: sent.headers,
    body,
    duplex: 'half',
  } as RequestInit);
  expect(await answered(sendImage(cut), 400)).toMatchObject({ error: { code: 'UPLOAD_INCOMPLETE' } });
  expect(await here.storedFiles()).toEqual(before);
});

test('a bug is answered without its text', async () => {
  const { token } = await newMember();
  const { readBug } = { readBug: new Error('password of the database: hunter2') };
  const failing = { ...here.site, db: new Proxy(here.site.db, { get: () => () => Promise.reject(readBug) }) };
  (globalThis as { heldoutSite?: unknown }).heldoutSite = failing;
  const body = await answered(readSubmission(request('GET', '/', { token }), at({ id: 'x' })), 500);
  (globalThis as { heldoutSite?: unknown }).heldoutSite = here.site;
  expect(body).toMatchObject({
    error: { code: 'INTERNAL', message: expect.stringMatching(/Reference: [0-9a-f-]{36}/) },
  });
  expect(JSON.stringify(body)).not.toContain('hunter2');
});

test('the board is there for everybody, as JSON and as CSV', async () => {
  const place = at({ slug: scene.challengeSlug, phase: 'test' });
  expect(await answered(readLeaderboard(request('GET', '/'), place), 200)).toMatchObject({
    rows: [],
    caseCount: 2,
  });
  const csv = await readLeaderboardCsv(request('GET', '/'), place);
  expect(csv.headers.get('content-disposition')).toBe(
    `attachment; filename="${scene.challengeSlug}-test-leaderboard.csv"`,
  );
  expect(await csv.text()).toMatch(/^rank,rank_low,/);
});

test('what a phase gives a container is there for everybody, so that it can be tried at home', async () => {
  const place = at({ slug: scene.challengeSlug });
  const { phaseRules } = await answered<ChallengeView>(readChallenge(request('GET', '/'), place), 200);
  expect(phaseRules).toContainEqual(
    expect.objectContaining({ phaseSlug: 'test', contract: 'EXEC', limits: DEFAULT_LIMITS }),
  );
  await answered(readChallenge(request('GET', '/'), at({ slug: 'nowhere' })), 404);
});

test('runners are listed for organizers alone', async () => {
  const { token } = await newMember();
  expect(await answered(listRunners(request('GET', '/', { token })), 403)).toMatchObject({
    error: { code: 'FORBIDDEN' },
  });
});

test('health is told by status and without detail', async () => {
  expect(await answered(readHealth(request('GET', '/healthz')), 200)).toEqual({ ok: true, database: 'ok' });
});

/** Reads a stream event by event. */
function eventsOf(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async (): Promise<EvaluationView | 'end'> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        const data = /^event: evaluation\ndata: (.*)$/.exec(event)?.[1];
        if (data) return JSON.parse(data) as EvaluationView;
        continue;
      }
      const { done, value } = await reader.read();
      if (done) return 'end';
      text += value;
    }
  };
}

test('events: the evaluation at once, every change, the last one, and the end', async () => {
  const { id, token } = await newSubmission();
  const response = await follow(request('GET', '/', { token }), at({ id }));
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const next = eventsOf(response);
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
  // Faster than four a second: what is in between may be left out, the last is not.
  const startedMs = performance.now();
  for (let running = 2; running <= 40; running++) await move({ runningCases: running });
  await move({ state: 'FAILED', code: 'IMAGE_INVALID', runningCases: 0 });
  const seen: EvaluationView[] = [];
  for (let event = await next(); event !== 'end'; event = await next()) seen.push(event);
  expect(seen.at(-1)).toMatchObject({ state: 'FAILED', error: { code: 'IMAGE_INVALID' } });
  expect(seen.length).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - startedMs) / 250));
});

test('a reader who goes away is not watched for any more', async () => {
  const { id, token } = await newSubmission();
  const leaving = new AbortController();
  const response = await follow(request('GET', '/', { token, signal: leaving.signal }), at({ id }));
  const next = eventsOf(response);
  await next();
  leaving.abort();
  expect(await next()).toBe('end');
});

test('events of a submission that the reader may not see are refused', async () => {
  const { id } = await newSubmission();
  expect(await answered(follow(request('GET', '/'), at({ id })), 401)).toMatchObject({
    error: { code: 'NOT_SIGNED_IN' },
  });
});
