import type {
  AppliedDefinition,
  ApplyDefinitionRequest,
  StoredDefinition,
} from '#lib/api/challenges/definitions.ts';
import { applyDefinitionRequestSchema } from '#lib/api/challenges/definitions.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { type DefinitionChange, findChanges } from '#lib/domain/phases/changes.ts';
import { NO_FACTS, type PhaseFacts } from '#lib/domain/phases/facts.ts';
import type { ChallengeDefinition, PhaseDefinition } from '#lib/domain/phases/phase.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { phaseToRow } from '#lib/platform/rows/phase.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import { storeTerms } from '#lib/site/registrations/terms.ts';
import type { Site } from '#lib/site/site.ts';
import { definitionOf, versionOf } from './definition.ts';
import { type Challenge, findChallenge } from './find-challenge.ts';
import { readPhaseFacts } from './phase-facts.ts';

/** A challenge as its organizers define it. Throws NOT_FOUND, NOT_SIGNED_IN, FORBIDDEN. */
export async function readDefinition(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<StoredDefinition> {
  const challenge = await findChallenge(site, slug, viewer);
  authorize('challenge.readDefinition', viewer, { challenge });
  const definition = definitionOf(challenge);
  return { definition, version: versionOf(definition) };
}

/**
 * Replaces the definition of a challenge by another one, all of it or nothing, and says what changes. Phases are told
 * apart by their slugs. `dryRun` only says it. Throws INVALID with the fields that can't change, and CONFLICT if
 * somebody else has changed the definition since `version`.
 */
export async function applyDefinition(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<AppliedDefinition> {
  const request = parseInput(applyDefinitionRequestSchema, input);
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('challenge.edit', viewer, { challenge });
  const applied = await site.db.$transaction(async (tx) => {
    const current = await lockedChallenge(tx, slug, viewer);
    const change = await planChange(tx, current, request, site.now());
    if (request.dryRun || change.changes.length === 0) return change.answer;
    await store(tx, current, request.definition, change.detached);
    for (const one of change.changes) await record(tx, organizer, challenge.id, one);
    return { ...change.answer, applied: true };
  });
  site.shared.forget();
  return applied;
}

/** Locks its phases too: a submission that is being made waits, so that none is made under rules in between. */
async function lockedChallenge(tx: Transaction, slug: string, viewer: Viewer | null): Promise<Challenge> {
  await tx.$queryRaw`
    SELECT 1 FROM "Challenge" c LEFT JOIN "Phase" p ON p."challengeId" = c.id WHERE c.slug = ${slug}
    FOR UPDATE OF c`;
  await tx.$queryRaw`
    SELECT 1 FROM "Phase" WHERE "challengeId" = (SELECT id FROM "Challenge" WHERE slug = ${slug})
    ORDER BY id FOR UPDATE`;
  return findChallenge({ db: tx as Site['db'] }, slug, viewer);
}

interface Plan {
  changes: DefinitionChange[];
  answer: AppliedDefinition;
  /** Phases whose test set doesn't belong to their new task. */
  detached: ReadonlySet<string>;
}

async function planChange(
  tx: Transaction,
  challenge: Challenge,
  { definition, version }: ApplyDefinitionRequest,
  now: Date,
): Promise<Plan> {
  const before = definitionOf(challenge);
  if (version !== undefined && version !== versionOf(before)) {
    throw new DomainError(
      'CONFLICT',
      'Somebody else has changed this challenge in the meantime. Nothing was saved. Load it again, and make your changes once more.',
    );
  }
  const facts = await readPhaseFacts(tx, challenge.phases, now);
  const factsOf = (slug: string): PhaseFacts => facts.get(slug) ?? { ...NO_FACTS, now };
  const changes = findChanges(before, definition, factsOf);
  const refused = changes.flatMap(({ path, refusal }) =>
    refusal === null ? [] : [[path, refusal] as const],
  );
  if (refused.length > 0) {
    throw new DomainError('INVALID', `${refused[0]![1]} Nothing was saved.`, Object.fromEntries(refused));
  }
  const retasked = new Set(
    changes.filter(({ path }) => path.endsWith('.task')).map(({ phase }) => phase ?? ''),
  );
  await requireNoTeams(tx, challenge, definition);
  await requireWorstValues(tx, challenge, definition, retasked);
  const answer = { changes, applied: false, version: versionOf(definition) };
  return { changes, answer, detached: retasked };
}

/** A challenge that teams take part in can't vanish for them. */
async function requireNoTeams(
  tx: Transaction,
  { id: challengeId, visibility }: Challenge,
  definition: ChallengeDefinition,
): Promise<void> {
  if (definition.visibility !== 'DRAFT' || visibility === 'DRAFT') return;
  if ((await tx.registration.count({ where: { challengeId } })) === 0) return;
  const message =
    'Teams have registered for this challenge, so it can’t be a draft again. Make it unlisted, or close its phases.';
  throw new DomainError('INVALID', message, { visibility: message });
}

/** Metrics that the sealed test set of a phase declares no worst value for can't be scored. */
async function requireWorstValues(
  tx: Transaction,
  { phases }: Challenge,
  definition: ChallengeDefinition,
  retasked: ReadonlySet<string>,
): Promise<void> {
  for (const [index, phase] of definition.phases.entries()) {
    const testSetId = phases.find(({ slug }) => slug === phase.slug)?.testSetId;
    if (!testSetId || retasked.has(phase.slug)) continue;
    const { worst } = await tx.testSet.findUniqueOrThrow({ where: { id: testSetId } });
    const declared = worstOf(phase.task, worst as Record<string, number>);
    const missing = phase.metrics.findIndex(
      ({ metric }) => requireMetric(phase.task, metric).over === 'case' && declared[metric] === undefined,
    );
    if (missing === -1) continue;
    const message = `The phase’s test set declares no worst value for ${phase.metrics[missing]!.metric}: seal and import it again first.`;
    throw new DomainError('INVALID', message, { [`phases[${index}].metrics[${missing}].metric`]: message });
  }
}

async function store(
  tx: Transaction,
  challenge: Challenge,
  { phases, ...fields }: ChallengeDefinition,
  detached: ReadonlySet<string>,
): Promise<void> {
  const { id: challengeId, phases: known } = challenge;
  const { slug: _fixed, ...columns } = fields;
  await tx.challenge.update({ where: { id: challengeId }, data: columns });
  await storeTerms(tx, challenge, fields.terms);
  const kept = new Set(phases.map(({ slug }) => slug));
  await tx.phase.deleteMany({
    where: { id: { in: known.filter(({ slug }) => !kept.has(slug)).map(({ id }) => id) } },
  });
  for (const [position, phase] of phases.entries()) {
    const row: PhaseDefinition = phase;
    const existing = known.find(({ slug }) => slug === phase.slug);
    const data = { ...phaseToRow(row), position };
    if (existing === undefined) {
      await tx.phase.create({ data: { ...data, challengeId } });
    } else {
      const testSet = detached.has(phase.slug) ? { testSetId: null } : {};
      await tx.phase.update({ where: { id: existing.id }, data: { ...data, ...testSet } });
    }
  }
}

const SHOWN_LENGTH = 200;

function record(
  tx: Transaction,
  organizer: Viewer,
  challengeId: string,
  { phase, label, before, after }: DefinitionChange,
): Promise<void> {
  const short = (text: string | null) =>
    text === null ? 'none' : text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  const action = phase === null ? 'challenge.edit' : 'phase.edit';
  const change = { before: { [label]: short(before) }, after: { [label]: short(after) } };
  return recordAudit(tx, organizer, action, challengeId, phase === null ? {} : { phase }, change);
}
