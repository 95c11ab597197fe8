import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { selectSubmission } from '#lib/site/submissions/select-submission.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { listSubmissions } from '#lib/site/submissions/team-submissions.ts';
import type { Prisma } from '#prisma-client';
import { asMember } from '#test/support/site/as-member.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** In some phases, each team selects the submission that counts. */

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

interface Entered {
  scene: Scene;
  viewer: Viewer;
  team: { id: string; slug: string };
  imageId: string;
}

async function entered(counting: 'BEST' | 'SELECTED' = 'SELECTED'): Promise<Entered> {
  const scene = await newScene(here.database.owner, { counting });
  const owner = await here.newViewer();
  const team = await scene.team(owner.userId);
  return { scene, team, viewer: await here.refresh(owner), imageId: await scene.image(team.id) };
}

async function submitted(
  { scene, viewer, team, imageId }: Entered,
  dice: number | null,
  attempt: Omit<Prisma.EvaluationUncheckedCreateWithoutSubmissionInput, 'caseCount'> = {},
): Promise<string> {
  const { id, evaluations } = await here.database.owner.submission.create({
    data: {
      ...{ phaseId: scene.phaseId, teamId: team.id, userId: viewer.userId, imageId },
      algorithm: 'threshold 1',
      evaluations: { create: { caseCount: 2, ...attempt } },
    },
    include: { evaluations: true },
  });
  if (dice !== null) {
    const metrics = { dice, volume_difference: 1 };
    const scored = { status: 'SCORED' as const, metrics };
    await recordScores(here.database, evaluations[0]!.id, [scored, scored]);
  }
  return id;
}

async function viewOf({ viewer }: Entered, id: string) {
  return asMember(await submissionView(here.site, id, viewer));
}

test('the best counts until the team has selected another one, which is audited', async () => {
  const entry = await entered();
  const best = await submitted(entry, 0.8);
  const steady = await submitted(entry, 0.6);
  expect((await viewOf(entry, steady)).leaderboardEntry).toMatchObject({ submissionId: best });
  await selectSubmission(here.site, steady, entry.viewer);
  const view = await viewOf(entry, steady);
  expect(view.leaderboardEntry).toMatchObject({ submissionId: steady, primaryValue: 0.6 });
  expect(view.selection).toEqual({ isSelected: true, refusal: null });
  await selectSubmission(here.site, best, entry.viewer);
  expect((await viewOf(entry, steady)).selection).toEqual({ isSelected: false, refusal: null });
  const { submissions } = await listSubmissions(
    here.site,
    { team: entry.team.slug, limit: 10 },
    entry.viewer,
  );
  expect(submissions.map(({ id, selection }) => [id, selection?.isSelected])).toEqual([
    [steady, false],
    [best, true],
  ]);
  const events = await here.database.owner.auditEvent.findMany({
    where: { challengeId: entry.scene.challengeId, action: 'submission.select' },
    orderBy: { id: 'asc' },
  });
  expect(events.map(({ before, after }) => [before, after])).toEqual([
    [{ submission: 'none' }, { submission: steady }],
    [{ submission: steady }, { submission: best }],
  ]);
});

test('one that still runs counts once it has a score; one that fails leaves the best', async () => {
  const entry = await entered();
  const best = await submitted(entry, 0.8);
  const running = await submitted(entry, null);
  await selectSubmission(here.site, running, entry.viewer);
  expect((await viewOf(entry, best)).leaderboardEntry).toMatchObject({ submissionId: best });
  const { id: evaluationId } = await here.database.owner.evaluation.findFirstOrThrow({
    where: { submissionId: running },
  });
  const scored = { status: 'SCORED' as const, metrics: { dice: 0.3, volume_difference: 1 } };
  await recordScores(here.database, evaluationId, [scored, scored]);
  expect((await viewOf(entry, best)).leaderboardEntry).toMatchObject({ submissionId: running });
});

test('what counts can’t change once the phase has closed, unless the team has more time', async () => {
  const entry = await entered();
  const best = await submitted(entry, 0.8);
  const other = await submitted(entry, 0.6);
  const { owner } = here.database;
  const closesAt = new Date(Date.now() - 60_000);
  await owner.phase.update({ where: { id: entry.scene.phaseId }, data: { closesAt } });
  await expect(selectSubmission(here.site, other, entry.viewer)).rejects.toThrow(
    /The phase closed at .*, so what counts can’t change any more\. Nothing was changed\./,
  );
  expect((await viewOf(entry, other)).selection?.refusal).toMatch(/The phase closed/);
  const later = new Date(Date.now() + 60_000);
  const exception = { closesAt: later, reason: 'Their network was down.', grantedBy: 'Ada' };
  await owner.phaseException.create({
    data: { phaseId: entry.scene.phaseId, teamId: entry.team.id, ...exception },
  });
  await selectSubmission(here.site, other, entry.viewer);
  expect((await viewOf(entry, best)).leaderboardEntry).toMatchObject({ submissionId: other });
});

test('a submission without a score, of a phase that ranks the best, or of another team can’t be selected', async () => {
  const entry = await entered();
  const failed = await submitted(entry, null, { state: 'FAILED', code: 'EXIT_NONZERO' });
  await expect(selectSubmission(here.site, failed, entry.viewer)).rejects.toThrow(/has no score/);
  const scored = await submitted(entry, 0.5);
  const stranger = await here.newViewer();
  await expect(selectSubmission(here.site, scored, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const ranked = await entered('BEST');
  const one = await submitted(ranked, 0.5);
  await expect(selectSubmission(here.site, one, ranked.viewer)).rejects.toThrow(/teams don’t select/);
  expect((await viewOf(ranked, one)).selection).toBeNull();
});

test('of submissions that are selected at the same time, one is', async () => {
  const entry = await entered();
  const ids = await Promise.all([0.5, 0.6, 0.7].map((dice) => submitted(entry, dice)));
  await Promise.all(ids.map((id) => selectSubmission(here.site, id, entry.viewer)));
  const where = { id: { in: ids }, selectedAt: { not: null } };
  expect(await here.database.owner.submission.count({ where })).toBe(1);
});
