import type { PermanentRanking } from '#lib/api/rankings/permanent.ts';
import { leftOutCases, showsRanking } from '#lib/domain/disclosure/disclosure.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { RANKING_VERSION } from '#lib/domain/ranking/version.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { findScoredEvaluations } from '#lib/platform/rows/scored-evaluations.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { toLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import { readCaseValues } from '#lib/site/leaderboards/recorded-values.ts';
import { snapshotContentSchema } from '#lib/site/leaderboards/snapshot.ts';
import { parseStratum, toStratumLeaderboard } from '#lib/site/leaderboards/strata/stratum-leaderboard.ts';
import type { Site } from '#lib/site/site.ts';
import { composeRanking, type RankedFacts } from './compose-ranking.ts';
import { readTombstones } from './read-tombstones.ts';
import { toColumns } from './stored-text.ts';

/** How long a permanent link waits for scores that aren't ranked yet. */
const MAX_WAIT_MS = 5000;
/** The values of more cases would make a file that nobody opens. */
const MAX_CASE_VALUES = 1_000_000;

/** A phase, in the challenge that it is found by. */
export interface RankedPlace {
  challenge: Challenge;
  phase: PhaseWithTestSet;
}

/** The ranking of a phase as it is stored now, and of which scores. */
export interface CurrentRanking {
  ranking: PermanentRanking;
  scoresVersion: number;
}

/**
 * The ranking of a phase with all scores that are recorded. Read from one moment, so that the evaluations are those
 * that were ranked. Throws CONFLICT while the phase has no entry that everybody sees, or if its scores aren't ranked in
 * time.
 */
export async function composeCurrent(site: Site, place: RankedPlace): Promise<CurrentRanking> {
  if (!showsRanking(place.phase, 'public')) throw notRevealed();
  await site.rankings.readCurrent(place.phase, MAX_WAIT_MS);
  const facts = await site.db.$transaction((tx) => readFacts(tx, place, site.now()), {
    isolationLevel: 'RepeatableRead',
  });
  const ranking = composeRanking(facts);
  if (ranking.entries.length === 0) throw nothingRanked();
  return { ranking, scoresVersion: facts.scoresVersion };
}

/** Stores a ranking once, whoever asks for it how often. */
export async function storeRanking(
  { db }: Pick<Site, 'db'>,
  phaseId: string,
  ranking: PermanentRanking,
): Promise<{ id: string; checksum: string }> {
  const { id, checksum, content } = await toColumns(ranking);
  const data = { id, phaseId, checksum, content };
  await db.permanentRanking.createMany({ data, skipDuplicates: true });
  return { id, checksum };
}

function notRevealed(): DomainError {
  return new DomainError(
    'CONFLICT',
    'The organizers haven’t revealed the results yet, so there is no public ranking to keep.',
  );
}

function nothingRanked(): DomainError {
  return new DomainError('CONFLICT', 'This leaderboard has no entries yet, so there is no ranking to keep.');
}

async function readFacts(
  tx: Transaction,
  { challenge, phase }: RankedPlace,
  now: Date,
): Promise<RankedFacts & { scoresVersion: number }> {
  const row = await tx.phase.findUniqueOrThrow({
    where: { id: phase.id },
    select: { scoresVersion: true, snapshot: true, testSet: true },
  });
  const { snapshot, testSet } = row;
  if (row.scoresVersion === 0 || !testSet) throw nothingRanked();
  const isRanked =
    snapshot?.content &&
    (snapshot.frozenAt !== null || snapshot.scoresVersion === row.scoresVersion) &&
    snapshot.strataVersion === snapshot.scoresVersion &&
    snapshot.codeVersion === RANKING_VERSION;
  if (!isRanked) {
    throw new DomainError('CONFLICT', 'New scores are being ranked. Try again in a few seconds.');
  }
  const column = { table: 'RankingSnapshot', id: phase.id, column: 'content' };
  const leaderboard = toLeaderboard(phase, parseColumn(snapshotContentSchema, snapshot.content, column), now);
  const scored = await findScoredEvaluations(tx, phase.id);
  const evaluations = new Map(scored.map(({ id, submission }) => [submission.id, id]));
  const { slug, title, synthetic, organizers } = challenge;
  return {
    scoresVersion: row.scoresVersion,
    challenge: { slug, title, synthetic, organizers: organizers.map(({ user }) => user.name) },
    testSet: testSetFromRow(testSet),
    leaderboard,
    strata: await readStrata(tx, phase, leaderboard, now),
    codeVersion: snapshot.codeVersion,
    key: snapshot.key,
    evaluations,
    caseValues: await readPublicValues(tx, leaderboard, evaluations),
    heldBack: leftOutCases(phase, testSet.caseCount),
    tombstones: await readTombstones(tx, phase),
  };
}

/** The leaderboards on the cases of the strata that are shown, in their order. */
async function readStrata(
  tx: Transaction,
  phase: PhaseWithTestSet,
  whole: RankedFacts['leaderboard'],
  now: Date,
): Promise<RankedFacts['strata']> {
  if (whole.strata.length === 0) return [];
  const rows = await tx.stratumRanking.findMany({ where: { phaseId: phase.id } });
  return whole.strata.flatMap((stratum) => {
    const row = rows.find((one) => one.stratum === stratum.id);
    return row ? [toStratumLeaderboard(phase, whole, { ...stratum, content: parseStratum(row) }, now)] : [];
  });
}

/** The values of single cases, which only an open phase shows to everybody. */
async function readPublicValues(
  tx: Transaction,
  { phase, metrics, entries, caseCount }: RankedFacts['leaderboard'],
  evaluations: ReadonlyMap<string, string>,
): Promise<RankedFacts['caseValues']> {
  if (phase.kind !== 'OPEN' || entries.length * metrics.length * caseCount > MAX_CASE_VALUES) return null;
  const ids = entries.flatMap(({ submissionId }) => evaluations.get(submissionId) ?? []);
  return readCaseValues(
    tx,
    ids,
    metrics.map(({ metric }) => metric),
  );
}
