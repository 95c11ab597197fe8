import { createHash } from 'node:crypto';
import { CHALLENGE_FIELDS } from '#lib/domain/challenges/fields.ts';
import { dateText } from '#lib/domain/phases/fields.ts';
import type { ChallengeDefinition, PhaseDefinition } from '#lib/domain/phases/phase.ts';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import type { Challenge } from './find-challenge.ts';

/** The definition that would create this challenge. */
export function definitionOf(challenge: Challenge): ChallengeDefinition {
  return {
    slug: challenge.slug,
    ...pick(challenge, CHALLENGE_FIELDS),
    phases: challenge.phases.map(phaseDefinitionOf),
  };
}

function phaseDefinitionOf(phase: Challenge['phases'][number]): PhaseDefinition {
  const { slug, title, zone, opensAt, closesAt, lateUntil } = phase;
  return {
    ...{ slug, title, zone, opensAt: dateText(opensAt), closesAt: dateText(closesAt) },
    lateUntil: lateUntil && dateText(lateUntil),
    ...pick(phase, PHASE_SETTINGS),
  };
}

function pick<Row extends object, Table extends object>(
  row: Row,
  table: Table,
): Pick<Row, keyof Table & keyof Row> {
  const entries = Object.keys(table).map((name) => [name, row[name as keyof Row]]);
  return Object.fromEntries(entries) as Pick<Row, keyof Table & keyof Row>;
}

/** Differs for different definitions: who edits says which one, so that nobody undoes a change of somebody else. */
export function versionOf(definition: ChallengeDefinition): string {
  return createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 32);
}
