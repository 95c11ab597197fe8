import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { SILENT_AFTER_MS } from '#lib/domain/runners/silence.ts';
import { cancelSubmission } from '#lib/site/submissions/cancel-submission.ts';
import { evaluationEvents } from '#lib/site/submissions/evaluation-events.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { eventually, waitForRelease } from '#test/support/faults/gates.ts';
import { openRunnerScene, type RunnerScene, WRITE_MASK } from '#test/support/runner-scene.ts';
import { asMember } from '#test/support/site/as-member.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/**
 * What the site tells a team while its evaluation is held by a runner process that was killed. The lease is long,
 * as an administrator may set it, so that nothing but the site can say it.
 */
const LEASE_SECONDS = 3000;
let here: TestSite;
let scene: RunnerScene;
beforeAll(async () => {
  here = await openTestSite();
  scene = await openRunnerScene(here.database, { caseCount: 2, limits: { cpus: 0.5 } });
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene.close();
  await here.close();
});

/** Starts an evaluation on a runner and kills the runner while a container runs. */
async function killedWhileRunning(): Promise<{ id: string; submissionId: string; viewer: Viewer }> {
  const id = await scene.submit(waitForRelease(WRITE_MASK));
  const running = scene.start('one', { HELDOUT_RUNNER_LEASE_SECONDS: String(LEASE_SECONDS) });
  await scene.until(id, ({ runningCases }) => runningCases > 0);
  await running.end('SIGKILL');
  const { submission } = await here.database.owner.evaluation.findUniqueOrThrow({
    where: { id },
    include: { submission: { include: { user: true } } },
  });
  const { user } = submission;
  const viewer = await here.refresh({ userId: user.id, name: '', email: null, isAdmin: false, teams: [] });
  return { id, submissionId: submission.id, viewer };
}

/** Lets all but a second of the silence pass at once. */
async function passTime(evaluationId: string): Promise<void> {
  const { runner } = await scene.until(evaluationId, () => true);
  const lastSeenAt = new Date(Date.now() - SILENT_AFTER_MS + 1000);
  await here.database.owner.runner.update({ where: { id: runner!.id }, data: { lastSeenAt } });
}

/** Follows the events of a submission; the latest view is what its page shows. */
async function follow(submissionId: string, viewer: Viewer) {
  const leaving = new AbortController();
  const seen: EvaluationView[] = [];
  const stream = await evaluationEvents(here.site, submissionId, viewer, leaving.signal);
  const reading = (async () => {
    for await (const chunk of stream) {
      const text = new TextDecoder().decode(chunk);
      const data = /^event: evaluation\ndata: (.*)$/m.exec(text)?.[1];
      if (data !== undefined) seen.push(JSON.parse(data) as EvaluationView);
    }
  })();
  return {
    seen,
    stop: async () => {
      leaving.abort();
      await reading;
    },
  };
}

test('the page says without an event that the runner stopped answering, and when another one takes over', async () => {
  const { id, submissionId, viewer } = await killedWhileRunning();
  await passTime(id);
  const page = await follow(submissionId, viewer);
  await eventually('the first view', async () => page.seen.length > 0);
  expect(page.seen[0]).toMatchObject({ state: 'RUNNING', runnerSilence: null });
  await eventually('the silence', async () => page.seen.at(-1)?.runnerSilence !== null);
  const row = await scene.until(id, ({ state }) => state === 'RUNNING');
  const minute = (at: Date, round: (minutes: number) => number) =>
    new Date(round(at.getTime() / 60_000) * 60_000).toISOString();
  expect(page.seen.at(-1)).toMatchObject({
    state: 'RUNNING',
    running: 0,
    // Rounded as every time of a hidden phase is.
    runnerSilence: {
      since: minute(row.runner!.lastSeenAt, Math.floor),
      leaseExpiresAt: minute(row.leaseExpiresAt!, Math.ceil),
    },
    waitsFor: 'Waits for a runner: no runner is online.',
    usesQuota: true,
    usesQuotaOnceCancelled: false,
  });
  expect(JSON.stringify(page.seen)).not.toContain(row.runner!.name);

  // A restarted runner takes its evaluation back at once, which is an event.
  scene.start('one');
  await eventually(
    'the runner is back',
    async () => page.seen.at(-1)?.platformError?.code === 'LEASE_EXPIRED',
  );
  await page.stop();
  expect(page.seen.at(-1)).toMatchObject({ runnerSilence: null, requeues: 1, usesQuotaOnceCancelled: false });
  await cancelSubmission(here.site, submissionId, viewer);
  expect(asMember(await submissionView(here.site, submissionId, viewer))).toMatchObject({
    evaluation: { state: 'CANCELLED', usesQuota: false },
    quota: { usedTotal: 0 },
  });
});

test('cancelling while the runner is silent uses no quota, and says why', async () => {
  const { id, submissionId, viewer } = await killedWhileRunning();
  await passTime(id);
  await eventually('the silence', async () => {
    const { evaluation } = asMember(await submissionView(here.site, submissionId, viewer));
    return evaluation.runnerSilence !== null;
  });
  await cancelSubmission(here.site, submissionId, viewer);
  expect(asMember(await submissionView(here.site, submissionId, viewer))).toMatchObject({
    evaluation: {
      state: 'CANCELLED',
      platformError: { code: 'LEASE_EXPIRED' },
      usesQuota: false,
      runnerSilence: null,
    },
    quota: { usedTotal: 0 },
  });
});

test('cancelling while the runner works counts, because the team decided it', async () => {
  const id = await scene.submit(waitForRelease(WRITE_MASK));
  scene.start('one');
  const { submissionId } = await scene.until(id, ({ runningCases }) => runningCases > 0);
  const { userId } = await here.database.owner.submission.findUniqueOrThrow({ where: { id: submissionId } });
  const viewer = await here.refresh({ userId, name: '', email: null, isAdmin: false, teams: [] });
  expect(asMember(await submissionView(here.site, submissionId, viewer)).evaluation).toMatchObject({
    runnerSilence: null,
    usesQuotaOnceCancelled: true,
  });
  await cancelSubmission(here.site, submissionId, viewer);
  expect(asMember(await submissionView(here.site, submissionId, viewer))).toMatchObject({
    evaluation: { state: 'CANCELLED', platformError: null, usesQuota: true },
    quota: { usedTotal: 1 },
  });
});
