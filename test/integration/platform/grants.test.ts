import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';

/**
 * What the database itself allows the site and the runner to do. r = SELECT, a = INSERT, w = UPDATE, d =
 * DELETE, a(…) and w(…) = INSERT and UPDATE of these columns. The test fails for a table that isn't listed.
 */
const EXPECTED: Record<string, { site: string; runner: string }> = {
  Announcement: { site: 'ra w(body,editedAt,isPinned,title,withdrawnAt)', runner: '' },
  ApiToken: { site: 'rawd', runner: '' },
  AuditEvent: {
    site: 'r a(action,actor,actorId,address,after,before,challengeId,client,detail,id)',
    runner: 'r a(action,actor,actorId,address,after,before,challengeId,client,detail,id)',
  },
  Baseline: { site: 'rad', runner: 'r' },
  CaseScore: { site: 'r', runner: 'raw' },
  CaseValues: { site: 'r', runner: 'a' },
  Challenge: { site: 'raw', runner: 'r' },
  ChallengeLogo: { site: 'rad w(alt,content,hash,height,width)', runner: '' },
  ChallengeTerms: { site: 'ra', runner: '' },
  Dataset: {
    site: 'ra w(access,autoApprove,citation,contact,doi,dueDays,funding,license,questions,replies,summary,terms,title,validityDays)',
    runner: '',
  },
  DataRequest: {
    site: 'ra w(answers,coInvestigators,decidedAt,decidedById,dueAt,expiresAt,institution,revokedAt,state,submittedAt,useStatement)',
    runner: '',
  },
  DataRequestEvent: { site: 'ra w(text)', runner: '' },
  DataSignature: { site: 'ra w(name)', runner: '' },
  Download: { site: 'ra', runner: '' },
  DownloadKey: { site: 'ra w(dataKeyId,replacedAt,secret)', runner: '' },
  EmailLink: { site: 'rad', runner: '' },
  Evaluation: {
    site: 'ra w(finishedAt,platformCode,runningCases,state)',
    runner:
      'r w(caseCodes,code,containerSeconds,failedCases,finishedAt,imageDigest,imageReadyAt,leaseExpiresAt,leaseToken,message,outputMark,platformCode,requeues,runnerId,runningCases,scoredCases,scorerProblem,startedAt,state)',
  },
  Hold: { site: 'rad w(teamId)', runner: 'r' },
  IdempotencyKey: { site: 'rad', runner: '' },
  Identity: { site: 'rad', runner: '' },
  Image: { site: 'ra w(teamId)', runner: 'r' },
  Invitation: { site: 'raw', runner: '' },
  JoinRequest: { site: 'raw', runner: '' },
  LadderDecision: { site: 'ra', runner: 'r' },
  Mail: { site: 'rawd', runner: '' },
  MailOptOut: { site: 'rad', runner: '' },
  Membership: { site: 'rawd', runner: '' },
  MergeRequest: { site: 'raw', runner: '' },
  ModelArchive: { site: 'ra w(teamId)', runner: 'r' },
  Notice: { site: 'rawd', runner: '' },
  Notification: { site: 'rad w(readAt)', runner: '' },
  Organizer: { site: 'rad w(role)', runner: '' },
  OrganizerInvitation: { site: 'rad', runner: '' },
  Participation: { site: 'rawd', runner: '' },
  PermanentRanking: { site: 'ra', runner: '' },
  PhaseDecision: { site: 'ra w(decidedAt,decidedById,outcome)', runner: '' },
  PhaseException: { site: 'rawd', runner: '' },
  Phase: { site: 'rawd', runner: 'r w(scoresVersion)' },
  QuotaReturn: { site: 'ra', runner: '' },
  RankingSnapshot: { site: 'raw', runner: '' },
  RateLimit: { site: 'rawd', runner: '' },
  RecoveryCode: { site: 'rad', runner: '' },
  Registration: { site: 'rad w(answers,decidedAt,group,reason,state)', runner: '' },
  Release: { site: 'ra w(changelog,errata,license,publishedAt,terms,termsSha256)', runner: '' },
  ReleaseFile: { site: 'rad w(dataKeyId,fileKey)', runner: '' },
  ReleaseVariant: { site: 'rad w(bytes,fileCount)', runner: '' },
  RescoredEvaluation: { site: 'r', runner: 'ra' },
  Rescoring: { site: 'r', runner: 'ra' },
  Runner: { site: 'r w(drainRequestedAt,drainRequestedBy)', runner: 'raw' },
  Score: { site: 'r', runner: 'raw' },
  Scorer: { site: 'ra', runner: 'r' },
  Session: { site: 'rawd', runner: '' },
  Submission: { site: 'ra w(originTeamId,selectedAt,standing,teamId)', runner: 'r' },
  SiteOptOut: { site: 'rad', runner: '' },
  StratumRanking: { site: 'rawd', runner: '' },
  Team: { site: 'raw', runner: 'r' },
  TermsAcceptance: { site: 'ra', runner: '' },
  TestCase: { site: 'ra', runner: 'r' },
  TestSet: { site: 'ra', runner: 'r' },
  TestSetUpload: { site: 'rad w(received,updatedAt)', runner: '' },
  TestSetUploadPart: { site: 'rad', runner: '' },
  Tombstone: { site: 'ra w(undoneAt,undoneById)', runner: 'r' },
  UploadSlot: { site: 'rawd', runner: '' },
  User: { site: 'raw', runner: '' },
  VariantStatistics: { site: 'ra', runner: '' },
  _prisma_migrations: { site: '', runner: '' },
};

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await newScene(database.owner);
});
afterAll(() => database.close());

test('each role has exactly the listed rights on every table', async () => {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{
    table: string;
    role: string;
    rights: string;
    inserts: string | null;
    columns: string | null;
  }>(`
    SELECT c.relname AS table, role,
      concat(
        CASE WHEN has_table_privilege(role, c.oid, 'SELECT') THEN 'r' END,
        CASE WHEN has_table_privilege(role, c.oid, 'INSERT') THEN 'a' END,
        CASE WHEN has_table_privilege(role, c.oid, 'UPDATE') THEN 'w' END,
        CASE WHEN has_table_privilege(role, c.oid, 'DELETE') THEN 'd' END,
        CASE WHEN has_table_privilege(role, c.oid, 'TRUNCATE, REFERENCES, TRIGGER') THEN '!' END
      ) AS rights,
      (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT has_table_privilege(role, c.oid, 'INSERT')
         AND has_column_privilege(role, c.oid, a.attnum, 'INSERT')) AS inserts,
      (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT has_table_privilege(role, c.oid, 'UPDATE')
         AND has_column_privilege(role, c.oid, a.attnum, 'UPDATE')) AS columns
    FROM pg_class c, unnest(ARRAY['heldout_site_login', 'heldout_runner_login']) role
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')`);
  await client.end();
  const found: Record<string, Record<string, string>> = {};
  for (const { table, role, rights, inserts, columns } of rows) {
    found[table] ??= {};
    found[table][role === 'heldout_site_login' ? 'site' : 'runner'] =
      rights + (inserts ? ` a(${inserts})` : '') + (columns ? ` w(${columns})` : '');
  }
  expect(found).toEqual(EXPECTED);
});

test('the site can’t write scores, and the runner can’t write accounts', async () => {
  const evaluationId = await scene.evaluation();
  const score = { evaluationId, metric: 'dice', version: 1, mean: 1, n: 2, failed: 0 };
  await expect(database.site.score.create({ data: score })).rejects.toThrow(/permission denied/);
  const user = { data: { name: 'Intruder', email: 'x@example.org', isAdmin: true } };
  await expect(database.runner.user.create(user)).rejects.toThrow(/permission denied/);
  await expect(database.runner.user.findMany()).rejects.toThrow(/permission denied/);
  await expect(database.runner.apiToken.findMany()).rejects.toThrow(/permission denied/);
});

test('the site can queue and cancel an evaluation, but make no other transition', async () => {
  const evaluationId = await scene.evaluation();
  const { site, owner } = database;
  const move = (data: { state: 'RUNNING' | 'SCORED' | 'FAILED' | 'QUEUED' | 'CANCELLED' }) =>
    site.evaluation.updateMany({ where: { id: evaluationId }, data });
  for (const state of ['RUNNING', 'SCORED', 'FAILED', 'QUEUED'] as const) {
    await expect(move({ state })).rejects.toThrow(/row-level security/);
  }
  expect(await move({ state: 'CANCELLED' })).toEqual({ count: 1 });
  const { submissionId } = await owner.evaluation.findUniqueOrThrow({ where: { id: evaluationId } });
  const born = { submissionId, caseCount: 2, state: 'SCORED' as const };
  await expect(site.evaluation.create({ data: born })).rejects.toThrow(/row-level security/);
  await expect(
    site.evaluation.updateMany({ where: { id: evaluationId }, data: { code: 'INTERNAL' } }),
  ).rejects.toThrow(/permission denied/);
});

test('no role can change the state of a final evaluation', async () => {
  const evaluationId = await scene.evaluation();
  const move = (state: 'RUNNING' | 'SCORED' | 'FAILED') =>
    database.runner.evaluation.updateMany({ where: { id: evaluationId }, data: { state } });
  expect(await move('RUNNING')).toEqual({ count: 1 });
  expect(await move('SCORED')).toEqual({ count: 1 });
  expect(await move('FAILED')).toEqual({ count: 0 });
  expect(await database.site.evaluation.findUnique({ where: { id: evaluationId } })).toMatchObject({
    state: 'SCORED',
  });
});

test('only the owner can create tables', async () => {
  for (const db of [database.site, database.runner]) {
    await expect(db.$executeRaw`CREATE TABLE "Mine" (id int)`).rejects.toThrow(/permission denied/);
    await expect(db.$executeRaw`CREATE TABLE pgboss.mine (id int)`).rejects.toThrow(/permission denied/);
  }
});
