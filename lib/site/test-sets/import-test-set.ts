import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type ImportedTestSet, importTestSetResponseSchema } from '#lib/api/test-sets/test-sets.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { LESIONS, STROKE_METADATA, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, truthSlugs } from '#lib/domain/tasks/task.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import { type PublicTestSet, SEALED_FORMAT } from '#lib/domain/test-sets/manifest.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { tooLarge } from '#lib/platform/storage/store.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { createOnce, isRepetition } from '#lib/site/create-once.ts';
import type { Site } from '#lib/site/site.ts';
import { type ReceivedTestSet, receiveTestSet } from './receive-test-set.ts';

export interface TestSetUpload {
  challenge: string;
  phase: string;
  chunks: AsyncIterable<Uint8Array>;
  /** The declared length. The set is refused if it differs. */
  expectedBytes: number | undefined;
  /** The declared SHA-256. The set is refused if it differs. */
  expectedSha256?: string;
}

/** A set has up to thousands of files to make visible and rows to write. */
const STORE_LIMIT_MS = 120_000;

/**
 * Imports a sealed test set for a phase: stores its files as blobs and its counts as rows, all or nothing.
 * The set can't be replaced after the first submission, because scores on different cases can't be compared.
 * `key` is the request’s idempotency key: the same set sent again with it is read but not imported twice.
 */
export async function importTestSet(
  site: Site,
  { challenge: slug, phase: phaseSlug, chunks, expectedBytes, expectedSha256 }: TestSetUpload,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<ImportedTestSet> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('testset.import', viewer, { challenge });
  const { userId } = organizer;
  const phase = findPhase(challenge, phaseSlug);
  if (!(await isRepetition(site, { userId, key }))) {
    await requireNoSubmission(site.db, phase.id);
    await consumeAttempt(site, RATE_LIMITS.testSetByAccount, userId);
  }
  const maxBytes = site.environment.testSetMaxBytes;
  if (expectedBytes !== undefined && expectedBytes > maxBytes) throw tooLarge(maxBytes);
  const stage = site.store.stage();
  try {
    const received = await receiveTestSet(stage, chunks, {
      maxBytes,
      expectedBytes,
      acceptDescription: (description) => acceptDescription(site, phase, description),
    });
    const { bytes, sha256, cases } = received;
    if (expectedSha256 !== undefined && sha256 !== expectedSha256) {
      throw new DomainError(
        'UPLOAD_INCOMPLETE',
        `The SHA-256 of what arrived is ${sha256}, not ${expectedSha256}. Nothing was stored. Upload the set again.`,
      );
    }
    const payload = { phaseId: phase.id, sha256 };
    const result = importTestSetResponseSchema.shape.testSet;
    const creation = { userId, key, operation: 'testset.import', payload, result, timeoutMs: STORE_LIMIT_MS };
    const imported = await createOnce(site, creation, async (tx) => {
      // Blobs first: a blob without a row only wastes space, but a row without its blobs would be an unusable
      // set.
      await stage.keep();
      const id = await storeRows(tx, { challengeId: challenge.id, phase, organizer, received });
      return { id, caseCount: cases.length, bytes, sha256 };
    });
    site.shared.forget();
    return imported;
  } finally {
    await stage.discard();
  }
}

interface Rows {
  challengeId: string;
  phase: PhaseWithTestSet;
  organizer: Viewer;
  received: ReceivedTestSet;
}

async function storeRows(
  tx: Transaction,
  { challengeId, phase, organizer, received }: Rows,
): Promise<string> {
  const { description, manifestBlob, groundTruthBlob, cases, bytes, sha256 } = received;
  const { recipient, caseCount, worst } = description;
  await requireNoSubmission(tx, phase.id);
  const strata = 'strata' in description ? description.strata : [];
  const subjects =
    'subjects' in description && description.subjects ? { subjects: description.subjects } : {};
  const data = {
    ...{ challengeId, recipient, caseCount, bytes, sha256, manifestBlob, groundTruthBlob },
    ...{ worst, strata, ...subjects },
  };
  const { id } = await tx.testSet.create({ data });
  await tx.testCase.createMany({
    data: cases.map((blobs, index) => ({ testSetId: id, index, ...blobs })),
  });
  await tx.phase.update({ where: { id: phase.id }, data: { testSetId: id } });
  const detail = {
    phase: phase.slug,
    testSet: id,
    cases: caseCount,
    strata: strata.map(({ of }) => of).join(', '),
    sha256,
  };
  const change = { before: { testSet: phase.testSetId }, after: { testSet: id } };
  await recordAudit(tx, organizer, 'testset.import', challengeId, detail, change);
  return id;
}

/** Throws CONFLICT if a team has submitted to the phase: scores on different cases can't be compared. */
export async function requireNoSubmission(
  db: Pick<Site['db'], 'submission'>,
  phaseId: string,
): Promise<void> {
  if ((await db.submission.count({ where: { phaseId } })) === 0) return;
  throw new DomainError(
    'CONFLICT',
    'Teams have already submitted to this phase, so its test set can’t be replaced.',
  );
}

/** Refuses a set that could never be evaluated here, before its cases are uploaded. */
async function acceptDescription(
  site: Site,
  phase: PhaseWithTestSet,
  description: PublicTestSet,
): Promise<void> {
  const { recipient, worst } = description;
  if (!(await site.db.runner.findFirst({ where: { recipient }, select: { id: true } }))) {
    throw new DomainError(
      'INVALID',
      `The test set is sealed to ${recipient}, but no runner of this site has that key. Nothing was stored. Seal it to the key of a runner.`,
    );
  }
  const unfit = findMissingSocket(phase.task, description);
  if (unfit) throw new DomainError('INVALID', `${unfit} Nothing was stored.`);
  const declared = worstOf(phase.task, worst);
  const missing = phase.metrics.find(
    ({ metric }) => requireMetric(phase.task, metric).over === 'case' && declared[metric] === undefined,
  );
  if (!missing) return;
  throw new DomainError(
    'INVALID',
    `The test set declares no worst value for ${missing.metric}, which this phase scores. Nothing was stored. Seal it again with the current version of Heldout.`,
  );
}

/** What the phase's task needs of every case and the set doesn't have, in a sentence; null if it has all. */
function findMissingSocket({ inputs, scoring }: Task, description: PublicTestSet): string | null {
  const has = description.format === SEALED_FORMAT ? description : STROKE_SET;
  const input = inputs.find(({ slug, required }) => required && !has.inputs.includes(slug));
  if (input) {
    return `The phase’s task needs ${input.slug} of every case, but the test set has ${list(has.inputs)} of every case.`;
  }
  if (scoring.kind === 'container' && !(description.format === SEALED_FORMAT && description.hasScorerKey)) {
    return 'The phase is scored by a scorer of your own, but the test set names no key for it: seal it with --scorer-key.';
  }
  const truth = truthSlugs(scoring).find((slug) => !has.truths.includes(slug));
  if (truth) {
    return `The phase is scored by ${truth}, but the test set has the truth of ${list(has.truths)} of every case.`;
  }
  return null;
}

/** What every case of a set of format 1 has. */
const STROKE_SET = { inputs: [T1, STROKE_METADATA], truths: [LESIONS] };

function list(slugs: readonly string[]): string {
  return slugs.length === 0 ? 'nothing' : slugs.join(', ');
}
