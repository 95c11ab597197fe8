import { type Database, openDatabase } from '#lib/platform/database.ts';
import { onServer } from '#test/support/database.ts';
import { createChallenges, RECIPIENT, type SeededPhase } from './challenges.ts';
import { checkScores } from './check-scores.ts';
import { createConsoleRows, markOutputs } from './console-rows.ts';
import { createPeople } from './people.ts';
import type { Progress } from './progress.ts';
import { createJobs } from './queue.ts';
import { Random } from './random.ts';
import { writeEvaluations } from './scores.ts';
import { type Attempt, attemptsOf, createSubmissions, type SeededSubmission } from './submissions.ts';

const SEED = 2026;
const BATCH = 100;
const DAY_MS = 86_400_000;

/** What submissions depend on. */
interface Context {
  random: Random;
  now: Date;
  phases: SeededPhase[];
  runnerIds: string[];
}

/**
 * Fills a migrated database: 2,000 users, 500 teams, 20,000 scored submissions of 150 cases each (3 million scores
 * of cases), and some that are queued, running, failed or cancelled. The values are random, but the same ones each
 * time; only dates count from today.
 */
export async function seedLargeDatabase(ownerUrl: string, progress: Progress): Promise<void> {
  const db = openDatabase(ownerUrl);
  try {
    const context = await progress.step('Write users, teams and challenges', () => seedChallenges(db));
    const submissions = await progress.step('Write submissions', () => createSubmissions(db, context));
    await progress.step('Write the scores of 3 million cases', () => {
      return writeEvaluations(db, ownerUrl, batchesOf(submissions, context, progress));
    });
    await progress.step('Mark images and outputs', () => markOutputs(db));
    await progress.step('Analyze the tables', () => onServer(ownerUrl, 'VACUUM ANALYZE'));
    await progress.step('Write jobs', () => createJobs(db, ownerUrl));
    await progress.step('Compare scores with cases', () => checkScores(db));
  } finally {
    await db.$disconnect();
  }
}

/** The attempts of a hundred submissions at a time, because all results together don't fit into memory. */
function* batchesOf(
  submissions: readonly SeededSubmission[],
  { random, runnerIds }: Context,
  progress: Progress,
): Generator<Attempt[]> {
  for (let start = 0; start < submissions.length; start += BATCH) {
    progress.count(start, submissions.length);
    yield submissions.slice(start, start + BATCH).flatMap((one) => attemptsOf(random, one, runnerIds));
  }
}

/** Everything but submissions. */
export async function seedChallenges(db: Database): Promise<Context> {
  const random = new Random(SEED);
  const now = new Date();
  const yearAgo = new Date(now.getTime() - 365 * DAY_MS);
  const people = await createPeople(db, random, yearAgo);
  const phases = await createChallenges(db, random, { people, now });
  await createConsoleRows(db, random, { people, phases, now });
  return { random, now, phases, runnerIds: await createRunners(db, random, yearAgo) };
}

async function createRunners(db: Database, random: Random, at: Date): Promise<string[]> {
  const runners = ['runner-a', 'runner-b', 'runner-c', 'runner-d'].map((name) => ({
    ...{ id: random.uuid(at), name, recipient: RECIPIENT, startedAt: at },
    host: {
      ...{
        cpus: 16,
        memoryMib: 65_536,
        gvisorRuntime: null,
        contracts: ['EXEC', 'INVOKE', 'BATCH'],
        gpus: [],
      },
      engine: { version: '27.5.1', securityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'] },
    },
    health: { status: 'ok', problems: [], running: 1, freeDiskBytes: 2 ** 38 },
  }));
  await db.runner.createMany({ data: runners });
  return runners.map(({ id }) => id);
}
