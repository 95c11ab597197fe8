import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { EVALUATION_CHANGED } from '#lib/platform/notifications.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { listChallenges } from '#lib/site/challenges/list-challenges.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { evaluationEvents } from '#lib/site/submissions/evaluation-events.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { newScene } from '#test/support/site/scene.ts';
import { recordCases, recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/**
 * Guarantee: a team whose container writes hidden data to everything that it can write (log, message, exit
 * code, time, memory, scores of single cases) sees none of it in any view of the site, neither during the
 * evaluation nor after it failed or was scored.
 */
let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

const SECRETS = {
  log: 'LOG-hidden-bytes',
  message: 'MESSAGE-hidden-bytes',
  exitCode: 93,
  seconds: 97.654321,
  peakMemoryBytes: 123456789n,
  metrics: { dice: 0.31415926, volume_difference: 2.6457513 },
  recordedAt: new Date('2026-01-02T03:04:05.678Z'),
};
/** What each would look like in JSON. */
const TRACES = ['hidden-bytes', '"exitCode"', ':93', '97.654', '123456789', '0.314', '2.645', '03:04:05'];

async function newHiddenEvaluation(state: 'RUNNING' | 'FAILED' | 'SCORED', showsCaseScores = false) {
  const { owner } = here.database;
  const scene = await newScene(owner, { kind: 'HIDDEN', showsCaseScores });
  const evaluationId = await scene.evaluation();
  const { recordedAt: at, peakMemoryBytes, ...secrets } = SECRETS;
  const record = state === 'SCORED' ? recordScores : recordCases;
  await record(here.database, evaluationId, [
    { ...secrets, status: 'SCORED', peakMemoryBytes: Number(peakMemoryBytes) },
    {
      ...secrets,
      status: 'FAILED',
      code: 'EXIT_NONZERO',
      metrics: {},
      peakMemoryBytes: Number(peakMemoryBytes),
    },
  ]);
  await owner.caseScore.updateMany({ where: { evaluationId }, data: { recordedAt: at } });
  if (state === 'SCORED') await here.site.rankings.refresh(scene.phaseId);
  const failed = state === 'FAILED' ? { code: 'START_FAILED', message: SECRETS.message } : {};
  const { submission } = await owner.evaluation.update({
    where: { id: evaluationId },
    data: { state, ...failed, createdAt: new Date('2026-01-02T03:00:00Z'), startedAt: at, imageReadyAt: at },
    include: { submission: true },
  });
  const { userId, id } = submission;
  const author = await owner.user.findUniqueOrThrow({ where: { id: userId } });
  return { scene, submissionId: id, viewer: await here.refresh({ ...author, userId, teams: [] }) };
}

async function readFirstEvent(submissionId: string, viewer: Viewer): Promise<string> {
  const leaving = new AbortController();
  const events = await evaluationEvents(here.site, submissionId, viewer, leaving.signal);
  const { value } = await events.getReader().read();
  leaving.abort();
  return new TextDecoder().decode(value);
}

async function readEverything(run: Awaited<ReturnType<typeof newHiddenEvaluation>>, viewer: Viewer | null) {
  const { scene, submissionId } = run;
  const { site } = here;
  const slug = scene.challengeSlug;
  const event = viewer ? await readFirstEvent(submissionId, viewer) : '';
  const views = [
    await submissionView(site, submissionId, viewer),
    await wholeLeaderboard(site, slug, 'test', viewer),
    await challengeView(site, slug, viewer),
    await listChallenges(site, viewer),
    // Visitors have no page to submit.
    viewer && (await submitView(site, slug, viewer)),
  ];
  return event + JSON.stringify(views);
}

test.each(['RUNNING', 'FAILED'] as const)(
  'a hidden evaluation that is %s shows its team none of these secrets',
  async (state) => {
    const run = await newHiddenEvaluation(state);
    const text = await readEverything(run, run.viewer);
    expect(text).toContain('EXIT_NONZERO');
    for (const trace of TRACES) expect(text).not.toContain(trace);
  },
);

/** The events of a stream as "STATE scored", so far (`soFar`) and when it has ended (`all`). */
function readEvents(stream: ReadableStream<Uint8Array>) {
  const soFar: string[] = [];
  const read = async () => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of stream) {
      const parts = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const [, json] = /^data: (.*)$/m.exec(part) ?? [];
        if (json === undefined) continue;
        const { state, scored } = JSON.parse(json);
        soFar.push(`${state} ${scored}`);
      }
    }
    return soFar;
  };
  return { soFar, all: read() };
}

/**
 * Follows a running evaluation. `record` adds a case and announces it, `seen` waits until a reader has
 * received an event, and `end` ends the evaluation and returns all events.
 */
async function follow(kind: 'HIDDEN' | 'OPEN', reads: 'at once' | 'at the end') {
  const { owner } = here.database;
  const scene = await newScene(owner, { kind });
  const evaluationId = await scene.evaluation();
  const running = {
    where: { id: evaluationId },
    data: { state: 'RUNNING' as const },
    include: { submission: true },
  };
  const { submission } = await owner.evaluation.update(running);
  const author = await owner.user.findUniqueOrThrow({ where: { id: submission.userId } });
  const viewer = await here.refresh({ ...author, userId: author.id, teams: [] });
  const open = () => evaluationEvents(here.site, submission.id, viewer, new AbortController().signal);
  const stream = await open();
  const atOnce = readEvents(reads === 'at once' ? stream : await open());
  const announce = () => owner.$executeRaw`SELECT pg_notify(${EVALUATION_CHANGED}, ${evaluationId})`;
  return {
    async record(caseIndex: number) {
      const data = {
        evaluationId,
        caseIndex,
        status: 'SCORED' as const,
        metrics: {},
        recordedAt: here.site.now(),
      };
      await owner.caseScore.create({ data });
      await announce();
    },
    seen: (event: string) => expect.poll(() => atOnce.soFar, { timeout: 10_000 }).toContain(event),
    async end() {
      await owner.evaluation.update({ where: { id: evaluationId }, data: { state: 'CANCELLED' } });
      await announce();
      const events = await atOnce.all;
      return reads === 'at once' ? events : readEvents(stream).all;
    },
  };
}

test('while a hidden evaluation runs, no event is sent when a case ends, because its time would reveal the case’s duration', async () => {
  here.setNow(new Date('2026-01-02T04:00:30Z'));
  const followed = [await follow('HIDDEN', 'at once'), await follow('OPEN', 'at once')];
  for (const { seen } of followed) await seen('RUNNING 0');
  // The open one is announced last, so an event of the hidden one would have arrived by then.
  for (const { record } of followed) await record(0);
  await followed[1]?.seen('RUNNING 1');
  const [hidden, open] = await Promise.all(followed.map(({ end }) => end()));
  here.setNow(null);
  expect(hidden).toEqual(['RUNNING 0', 'CANCELLED 1']);
  expect(open).toEqual(['RUNNING 0', 'RUNNING 1', 'CANCELLED 1']);
});

test('a reader that doesn’t read gets only the latest event', async () => {
  const { record, seen, end } = await follow('OPEN', 'at the end');
  for (const caseIndex of [0, 1, 2]) {
    await record(caseIndex);
    await seen(`RUNNING ${caseIndex + 1}`);
  }
  const events = await end();
  expect(events[0]).toMatch(/^RUNNING [01]$/);
  expect(events.slice(1)).toEqual(['CANCELLED 3']);
});

test('a scored hidden evaluation shows its team and the public only the aggregates', async () => {
  const run = await newHiddenEvaluation('SCORED');
  for (const viewer of [run.viewer, null]) {
    const text = await readEverything(run, viewer);
    for (const trace of ['hidden-bytes', '"exitCode"', '97.654', '123456789', '03:04:05']) {
      expect(text).not.toContain(trace);
    }
    // Dice of the two cases: 0.31415926 and the worst value, 0. Their mean is shown with three decimals.
    expect(text).toContain('0.157');
    expect(text).not.toContain('0.31415926');
  }
});

test('if a phase shows single cases, only the team sees them: rounded, under a pseudonymous ID, after all have ended', async () => {
  const running = await newHiddenEvaluation('RUNNING', true);
  // Only its own page, because leaderboards of other tests contain intervals of these same scores.
  const early = JSON.stringify(await submissionView(here.site, running.submissionId, running.viewer));
  for (const trace of TRACES) expect(early).not.toContain(trace);

  const run = await newHiddenEvaluation('SCORED', true);
  const forTeam = await submissionView(here.site, run.submissionId, run.viewer);
  // The second case failed, so it has no row.
  expect(forTeam.evaluation.caseScores).toEqual([
    {
      caseId: expect.stringMatching(/^[0-9a-f]{4,}$/),
      status: 'SCORED',
      code: null,
      metrics: { dice: 0.314, volume_difference: 2.646 },
    },
  ]);
  const text = await readEverything(run, run.viewer);
  const rest = ['hidden-bytes', '"exitCode"', '97.654', '123456789', '03:04:05', '0.3141', 'caseIndex'];
  for (const trace of rest) expect(text).not.toContain(trace);
  // The mean of 0.31415926 and 0 is public (0.157); the case's score isn't.
  const inPublic = JSON.stringify(await submissionView(here.site, run.submissionId, null));
  expect(inPublic).toContain('0.157');
  expect(inPublic).not.toContain('0.314');
});

test('an organizer sees all of them, which shows that this test can find them', async () => {
  const run = await newHiddenEvaluation('FAILED');
  const organizer = await here.newViewer({ isAdmin: true });
  const text = await readEverything(run, organizer);
  for (const trace of ['LOG-hidden-bytes', 'MESSAGE-hidden-bytes', '0.314', '03:04:05']) {
    expect(text).toContain(trace);
  }
  await expect(organizerView(here.site, run.scene.challengeSlug, run.viewer)).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});
