import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import type { Row } from '#test/support/rights/attempts.ts';
import { definedPlace } from '#test/support/rights/defined-place.ts';
import { PASSWORD, type Stage } from '#test/support/rights/stage.ts';
import { unique } from '#test/support/site/scene.ts';
import { sealedFiles } from '#test/support/site/sealed-set.ts';
import { tarOf } from '#test/support/site/streams.ts';
import { type Prepared, route } from './route.ts';

const PHASE = '/api/v1/challenges/{slug}/phases/{phase}';
const SUBMISSION = '/api/v1/submissions/{id}';
const inPhase = (slug: string, rest: string) => `/api/v1/challenges/${slug}/phases/test/${rest}`;

async function ofSubmission(
  { newSubmission }: Stage,
  state: 'QUEUED' | 'SCORED' | 'DISK_FULL',
  rest = '',
): Promise<Prepared> {
  return { path: `/api/v1/submissions/${await newSubmission(state)}${rest}` };
}

function archive({ team, place }: Stage, kind: 'images' | 'models'): Prepared {
  const query = new URLSearchParams({ team: team.slug, challenge: place.slug, phase: 'test' });
  const headers = { 'x-file-name': 'image.tar.gz' };
  const body = gzipSync(unique('archive')) as Uint8Array<ArrayBuffer>;
  return { path: `/api/v1/${kind}?${query}`, headers, body };
}

function newChallenge() {
  return {
    slug: unique('created'),
    title: 'Created',
    question: 'Who?',
    summary: 'Lesions.',
    phases: [
      {
        slug: 'test',
        title: 'Hidden test',
        kind: 'HIDDEN',
        opensAt: '2026-03-01T00:00:00Z',
        closesAt: '2026-06-01T00:00:00Z',
        limits: DEFAULT_LIMITS,
        metrics: [{ metric: 'dice', weight: 1 }],
        submissionsPerDay: 1,
        submissionsTotal: 10,
      },
    ],
  };
}

/** A challenge that is scored by a container of its organizers. */
async function newScoredPlace({ newPlace, database }: Stage) {
  const place = await newPlace();
  const metric = { name: 'f1', title: 'F1', better: 'higher', worst: 0, case: 'f1' };
  const task = { ...STROKE_T1, scoring: { kind: 'container', metrics: [metric] } };
  const data = { task, metrics: [{ metric: 'f1', weight: 1 }] };
  await database.owner.phase.update({ where: { id: place.phaseId }, data });
  return place;
}

/** Every row of lib/api/routes.ts. */
export const API_ROWS: readonly Row[] = [
  route('GET /api/v1/openapi.json', 'site.visit', () => ({ path: '/api/v1/openapi.json' })),
  route('POST /api/v1/users', 'account.signUp', () => ({
    path: '/api/v1/users',
    json: { name: 'Ada', email: `${unique('new')}@example.org`, password: PASSWORD },
  })),
  route('POST /api/v1/tokens', 'token.createByPassword', ({ actors }, { account }) => ({
    path: '/api/v1/tokens',
    json: { email: (account ?? actors[1]!.account!).email, password: PASSWORD, name: 'laptop' },
  })),
  route('POST /api/v1/teams', 'team.create', () => ({
    path: '/api/v1/teams',
    json: { name: unique('Created') },
  })),
  route('GET /api/v1/runners', 'runner.list', () => ({ path: '/api/v1/runners' })),
  route('POST /api/v1/challenges', 'challenge.create', () => ({
    path: '/api/v1/challenges',
    json: newChallenge(),
  })),
  route('GET /api/v1/challenges/{slug}', 'challenge.read', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}`,
  })),
  route('GET /api/v1/challenges/{slug}/definition', 'challenge.readDefinition', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/definition`,
  })),
  route('PUT /api/v1/challenges/{slug}/definition', 'challenge.edit', async (stage) => {
    const { slug, definition } = await definedPlace(stage);
    return { path: `/api/v1/challenges/${slug}/definition`, json: { definition } };
  }),
  route('POST /api/v1/challenges/{slug}/registrations', 'team.register', async ({ newPlace, team }) => ({
    path: `/api/v1/challenges/${(await newPlace()).slug}/registrations`,
    json: { team: team.slug },
  })),
  route('GET /api/v1/challenges/{slug}/registrations', 'registration.read', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/registrations`,
  })),
  route(
    'POST /api/v1/challenges/{slug}/registrations/decisions',
    'registration.decide',
    ({ place, team }) => ({
      path: `/api/v1/challenges/${place.slug}/registrations/decisions`,
      json: { teams: [team.slug], decision: 'group', group: unique('group') },
    }),
  ),
  route('GET /api/v1/challenges/{slug}/hidden-subjects', 'testset.readSubjects', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/hidden-subjects`,
  })),
  route(`POST ${PHASE}/test-set`, 'testset.import', async ({ newPlace, recipient }) => ({
    path: inPhase((await newPlace()).slug, 'test-set'),
    body: Uint8Array.from(await tarOf(await sealedFiles(recipient, 1))),
  })),
  route(`GET ${PHASE}/test-set/upload`, 'testset.import', ({ place }) => ({
    path: inPhase(place.slug, `test-set/upload?sha256=${'a'.repeat(64)}`),
  })),
  route(`PUT ${PHASE}/test-set/upload`, 'testset.import', async ({ newPlace }) => {
    const query = new URLSearchParams({ sha256: 'a'.repeat(64), bytes: '9', at: '0' });
    return {
      path: inPhase((await newPlace()).slug, `test-set/upload?${query}`),
      body: new TextEncoder().encode('some part'),
    };
  }),
  route(`POST ${PHASE}/test-set/upload`, 'testset.import', async ({ newPlace, database }) => {
    // The answer to a repeated request, whose set is imported.
    const { slug } = await newPlace();
    const { id, challengeId } = await database.owner.phase.findFirstOrThrow({
      where: { challenge: { slug } },
    });
    const sha256 = createHash('sha256').update(slug).digest('hex');
    const facts = { caseCount: 1, bytes: 1, manifestBlob: sha256, recipient: 'age1', worst: {} };
    const set = await database.owner.testSet.create({ data: { challengeId, sha256, ...facts } });
    await database.owner.phase.update({ where: { id }, data: { testSetId: set.id } });
    return { path: inPhase(slug, `test-set/upload?sha256=${sha256}`) };
  }),
  route(`POST ${PHASE}/scorer`, 'scorer.import', async (stage) => {
    const signature = Buffer.alloc(64).toString('base64');
    const query = new URLSearchParams({ fileName: 'scorer.tar.gz', signature });
    const { slug } = await newScoredPlace(stage);
    const body = gzipSync(unique('scorer')) as Uint8Array<ArrayBuffer>;
    return { path: inPhase(slug, `scorer?${query}`), body };
  }),
  route(`GET ${PHASE}/leaderboard`, 'leaderboard.read', ({ place }) => ({
    path: inPhase(place.slug, 'leaderboard'),
  })),
  route(`GET ${PHASE}/figures`, 'leaderboard.read', ({ place }) => ({
    path: inPhase(place.slug, 'figures'),
  })),
  route(`GET ${PHASE}/leaderboard.csv`, 'leaderboard.read', ({ place }) => ({
    path: inPhase(place.slug, 'leaderboard.csv'),
  })),
  route(`GET ${PHASE}/starter-kit.zip`, 'challenge.read', ({ place }) => ({
    path: inPhase(place.slug, 'starter-kit.zip'),
  })),
  route('GET /api/v1/images', 'archive.list', ({ team }) => ({ path: `/api/v1/images?team=${team.slug}` })),
  route('GET /api/v1/models', 'archive.list', ({ team }) => ({ path: `/api/v1/models?team=${team.slug}` })),
  route('POST /api/v1/images', 'archive.upload', (stage) => archive(stage, 'images')),
  route('POST /api/v1/models', 'archive.upload', (stage) => archive(stage, 'models')),
  route('GET /api/v1/submissions', 'submission.list', ({ team }) => ({
    path: `/api/v1/submissions?team=${team.slug}`,
  })),
  route('POST /api/v1/submissions', 'submission.create', async ({ place, team, newImage }) => ({
    path: '/api/v1/submissions',
    json: {
      ...{ challenge: place.slug, phase: 'test', team: team.slug },
      ...{ imageId: await newImage(), algorithm: 'threshold 1' },
    },
  })),
  route(`GET ${SUBMISSION}`, 'submission.readScored', (stage) => ofSubmission(stage, 'SCORED')),
  route(`GET ${SUBMISSION}`, 'submission.read', (stage) => ofSubmission(stage, 'QUEUED')),
  route(`GET ${SUBMISSION}/events`, 'submission.follow', (stage) => ofSubmission(stage, 'SCORED', '/events')),
  route(`POST ${SUBMISSION}/cancel`, 'submission.cancel', (stage) =>
    ofSubmission(stage, 'QUEUED', '/cancel'),
  ),
  route(`POST ${SUBMISSION}/rerun`, 'submission.rerun', (stage) =>
    ofSubmission(stage, 'DISK_FULL', '/rerun'),
  ),
  route(`POST ${SUBMISSION}/select`, 'submission.select', async ({ newPlace, newSubmission }) => ({
    path: `/api/v1/submissions/${await newSubmission('SCORED', await newPlace({ counting: 'SELECTED' }))}/select`,
  })),
  {
    // What the audience of a submission decides: everything of it, or what its team may see.
    entry: `GET ${SUBMISSION}`,
    action: 'submission.readAll',
    attempt: async (stage, actor) => {
      const address = new URL((await ofSubmission(stage, 'SCORED')).path, stage.url);
      const response = await fetch(address, { headers: await stage.cookieOf(actor) });
      return ((await response.json()) as { audience: string }).audience === 'organizer';
    },
  },
];
